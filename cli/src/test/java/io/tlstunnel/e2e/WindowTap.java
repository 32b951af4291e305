package io.tlstunnel.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;

/** Lies on a tunnel without TLS, passes every byte on as it came, and knows what windows either side grants. */
final class WindowTap implements AutoCloseable {
    private static final int READ = 64 * 1024;

    private final int server;
    private final Services door;
    private final WindowWatch fromServer = new WindowWatch();
    private final WindowWatch fromClient = new WindowWatch();

    private WindowTap(int server) throws IOException {
        this.server = server;
        this.door = Services.start(this::relay);
    }

    /** @param server port that it leads to */
    static WindowTap to(int server) throws IOException {
        return new WindowTap(server);
    }

    /** Where the client dials; one tunnel at a time. */
    int port() {
        return door.port();
    }

    /** What the receiver of that direction grants. */
    WindowWatch of(Flows.Way way) {
        return way == Flows.Way.UP ? fromClient : fromServer;
    }

    private void relay(Socket near) throws IOException {
        try (Socket far = new Socket(InetAddress.getLoopbackAddress(), server)) {
            near.setTcpNoDelay(true);
            far.setTcpNoDelay(true);
            far.getOutputStream().write(WirePeer.readHead(near.getInputStream()).getBytes(ISO_8859_1));
            near.getOutputStream().write(WirePeer.readHead(far.getInputStream()).getBytes(ISO_8859_1));
            Thread back = new Thread(
                    () -> {
                        try {
                            pass(far.getInputStream(), near.getOutputStream(), fromServer);
                        } catch (IOException e) {
                            // One of the two has ended it; the other direction closes both.
                            return;
                        }
                    },
                    "tap");
            back.setDaemon(true);
            back.start();
            pass(near.getInputStream(), far.getOutputStream(), fromClient);
        }
    }

    private static void pass(InputStream in, OutputStream out, WindowWatch watch) throws IOException {
        WebSocketWatch transport = new WebSocketWatch(watch);
        byte[] bytes = new byte[READ];
        int length;
        while ((length = in.read(bytes)) >= 0) {
            out.write(bytes, 0, length);
            transport.bytes(bytes, length);
        }
    }

    @Override
    public void close() throws IOException {
        door.close();
    }
}
