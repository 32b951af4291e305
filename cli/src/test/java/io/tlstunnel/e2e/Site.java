package io.tlstunnel.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A local web service that answers each request with its name, until it is told to be ill. */
final class Site implements AutoCloseable {
    private final String name;
    private final Services service;
    private volatile boolean silent;

    Site(String name) throws IOException {
        this.name = name;
        this.service = Services.start(this::serve);
    }

    int port() {
        return service.port();
    }

    /** Whether it accepts and never answers from now on. */
    void silent(boolean ill) {
        silent = ill;
    }

    private void serve(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        byte[] head = new byte[4];
        while (!new String(head, StandardCharsets.US_ASCII).equals("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                return;
            }
            System.arraycopy(head, 1, head, 0, 3);
            head[3] = (byte) next;
        }
        if (silent) {
            in.transferTo(java.io.OutputStream.nullOutputStream());
            return;
        }
        socket.getOutputStream()
                .write("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n%s"
                        .formatted(name)
                        .getBytes(StandardCharsets.US_ASCII));
        socket.shutdownOutput();
        in.transferTo(java.io.OutputStream.nullOutputStream());
    }

    /** What a visitor is answered who asks for a page. */
    static String ask(Socket visitor) throws IOException {
        try (visitor) {
            visitor.getOutputStream().write("GET / HTTP/1.1\r\nHost: site\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            String answer = new String(visitor.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            return answer.substring(answer.indexOf("\r\n\r\n") + 4);
        }
    }

    @Override
    public void close() throws IOException {
        service.close();
    }
}
