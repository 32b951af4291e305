package io.tlstunnel.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/** A long run of random bytes that is sent, and told by its hash where it arrives. */
final class Bytes {
    private static final int PIECE = 256 * 1024;

    private final long seed;
    private final AtomicLong received = new AtomicLong();

    Bytes(long seed) {
        this.seed = seed;
    }

    /** Sends while {@code more} says so, then half-closes; the hash of what was sent. */
    CompletableFuture<String> sendTo(Socket socket, BooleanSupplier more) {
        return CompletableFuture.supplyAsync(() -> {
            MessageDigest digest = sha256();
            SplittableRandom random = new SplittableRandom(seed);
            byte[] piece = new byte[PIECE];
            try {
                while (more.getAsBoolean()) {
                    random.nextBytes(piece);
                    digest.update(piece);
                    socket.getOutputStream().write(piece);
                }
                socket.shutdownOutput();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return HexFormat.of().formatHex(digest.digest());
        });
    }

    /** Reads to the end; the hash of what came. */
    CompletableFuture<String> receiveFrom(Socket socket) {
        return CompletableFuture.supplyAsync(() -> {
            MessageDigest digest = sha256();
            byte[] buffer = new byte[PIECE];
            try {
                int size;
                while ((size = socket.getInputStream().read(buffer)) >= 0) {
                    digest.update(buffer, 0, size);
                    received.addAndGet(size);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return HexFormat.of().formatHex(digest.digest());
        });
    }

    /** Bytes that have come so far. */
    long received() {
        return received.get();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
