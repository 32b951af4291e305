package io.tlstunnel.e2e;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * Visitors who each carry so many bytes to a service and as many back, and then stay and say nothing. Neither end has a
 * thread for each.
 */
final class Crowd implements AutoCloseable {
    private static final int BACKLOG = 1_024;
    private static final int PIECE = 32 * 1024;
    private static final int AT_ONCE = 10;

    /** What the service has still to read and to write. */
    private static final class Guest {
        private int toRead;
        private int toWrite;

        Guest(int bytes) {
            this.toRead = bytes;
            this.toWrite = bytes;
        }
    }

    private final int bytes;
    private final Selector selector = Selector.open();
    private final ServerSocketChannel listener = ServerSocketChannel.open();
    private final List<SocketChannel> guests = new ArrayList<>();
    private final List<SocketChannel> visitors = new ArrayList<>();

    /** @param bytes that each carries, each way */
    Crowd(int bytes) throws IOException {
        this.bytes = bytes;
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
        listener.configureBlocking(false);
        listener.register(selector, SelectionKey.OP_ACCEPT);
        Thread service = new Thread(this::serve, "crowd");
        service.setDaemon(true);
        service.start();
    }

    /** Where the service listens. */
    int servicePort() {
        return listener.socket().getLocalPort();
    }

    /** Lets visitors come to where the service is published; each has carried all when this returns. */
    void come(int publicPort, int count) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(PIECE);
        for (int i = 0; i < count; i++) {
            SocketChannel visitor =
                    SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), publicPort));
            visitors.add(visitor);
            for (int left = bytes; left > 0; ) {
                left -= visitor.write(buffer.clear().limit(Math.min(PIECE, left)));
            }
            for (int left = bytes; left > 0; ) {
                left -= read(visitor, buffer.clear().limit(Math.min(PIECE, left)));
            }
        }
    }

    /** Lets visitors come and leave again, few at a time: what it costs to have had them is paid, none is there. */
    void pass(int publicPort, int count) throws IOException {
        for (int passed = 0; passed < count; passed += AT_ONCE) {
            come(publicPort, AT_ONCE);
            leave();
        }
    }

    private static int read(SocketChannel from, ByteBuffer buffer) throws IOException {
        int length = from.read(buffer);
        if (length < 0) {
            throw new EOFException("a stream ended");
        }
        return length;
    }

    /** Whether all visitors' connections are still there: nothing can be read, and that is not the end. */
    boolean isWhole() throws IOException {
        ByteBuffer one = ByteBuffer.allocate(1);
        for (SocketChannel visitor : visitors) {
            visitor.configureBlocking(false);
            if (visitor.read(one) != 0) {
                return false;
            }
        }
        return true;
    }

    /** Visitors close their connections. */
    void leave() throws IOException {
        for (SocketChannel visitor : visitors) {
            visitor.close();
        }
        visitors.clear();
    }

    private void serve() {
        ByteBuffer buffer = ByteBuffer.allocateDirect(PIECE);
        try {
            while (true) {
                selector.select();
                for (SelectionKey key : selector.selectedKeys()) {
                    if (key.attachment() instanceof Guest guest) {
                        serve(key, guest, buffer);
                    } else {
                        accept();
                    }
                }
                selector.selectedKeys().clear();
            }
        } catch (ClosedSelectorException closed) {
            return;
        } catch (IOException e) {
            if (selector.isOpen()) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void accept() throws IOException {
        SocketChannel guest;
        while ((guest = listener.accept()) != null) {
            guests.add(guest);
            guest.configureBlocking(false);
            guest.register(selector, SelectionKey.OP_READ, new Guest(bytes));
        }
    }

    private static void serve(SelectionKey key, Guest guest, ByteBuffer buffer) throws IOException {
        SocketChannel channel = (SocketChannel) key.channel();
        if (key.isReadable()) {
            int length = channel.read(buffer.clear());
            if (length < 0) {
                channel.close();
                return;
            }
            guest.toRead -= length;
        }
        if (guest.toRead == 0 && guest.toWrite > 0) {
            guest.toWrite -= channel.write(buffer.clear().limit(Math.min(PIECE, guest.toWrite)));
        }
        boolean writes = guest.toRead == 0 && guest.toWrite > 0;
        key.interestOps(writes ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ);
    }

    @Override
    public void close() throws IOException {
        leave();
        listener.close();
        selector.close();
        for (SocketChannel guest : guests) {
            guest.close();
        }
    }
}
