package io.tlstunnel.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tlstunnel.client.Published;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SplittableRandom;

/** A local service that answers at the visitor's half-close only; each says some hundred KiB, and every byte counts. */
final class Exchange implements AutoCloseable {
    /** More than a window. */
    private static final int LENGTH = 300 * 1024;

    private static final byte[] QUESTION = random(1);
    private static final byte[] ANSWER = random(2);

    private final Services service;

    private Exchange() throws IOException {
        service = Services.start(Exchange::answer);
    }

    static Exchange start() throws IOException {
        return new Exchange();
    }

    /** To a wrong question there is no answer. */
    private static void answer(Socket socket) throws IOException {
        if (hash(socket.getInputStream()).equals(hash(QUESTION))) {
            socket.getOutputStream().write(ANSWER);
        }
        socket.shutdownOutput();
    }

    int port() {
        return service.port();
    }

    /** Asks through the tunnel, and checks the answer. */
    static void through(Published published) throws IOException {
        try (Socket visitor = Rig.visit(published)) {
            visitor.getOutputStream().write(QUESTION);
            visitor.shutdownOutput();
            assertThat(hash(visitor.getInputStream()))
                    .as("hash of what came back")
                    .isEqualTo(hash(ANSWER));
        }
    }

    private static byte[] random(long seed) {
        byte[] bytes = new byte[LENGTH];
        new SplittableRandom(seed).nextBytes(bytes);
        return bytes;
    }

    private static String hash(byte[] bytes) throws IOException {
        return hash(new java.io.ByteArrayInputStream(bytes));
    }

    private static String hash(InputStream in) throws IOException {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            new DigestInputStream(in, sha256).transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(sha256.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() throws IOException {
        service.close();
    }
}
