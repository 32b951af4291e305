package io.tlstunnel.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A local service with blocking sockets, one thread a connection. */
final class Services implements AutoCloseable {

    /** What to do with one connection; it is closed afterwards. */
    @FunctionalInterface
    interface Handler {
        void serve(Socket socket) throws IOException;
    }

    private final ServerSocket listener;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    private Services(Handler handler) throws IOException {
        listener = new ServerSocket(0, 1024, InetAddress.getLoopbackAddress());
        Thread acceptor = new Thread(() -> accept(handler), "service");
        acceptor.setDaemon(true);
        acceptor.start();
    }

    static Services start(Handler handler) throws IOException {
        return new Services(handler);
    }

    /** Sends back what it gets, and half-closes when the peer has. */
    static Services echo() throws IOException {
        return start(socket -> {
            socket.getInputStream().transferTo(socket.getOutputStream());
            socket.shutdownOutput();
        });
    }

    int port() {
        return listener.getLocalPort();
    }

    private void accept(Handler handler) {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                open.add(socket);
                Thread worker = new Thread(() -> serve(handler, socket), "service-connection");
                worker.setDaemon(true);
                worker.start();
            } catch (IOException e) {
                if (!listener.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void serve(Handler handler, Socket socket) {
        try (socket) {
            handler.serve(socket);
        } catch (IOException e) {
            // The visitor broke off: some tests do that on purpose, and look at the other end.
            return;
        } finally {
            open.remove(socket);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
