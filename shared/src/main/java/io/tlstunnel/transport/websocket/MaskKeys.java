package io.tlstunnel.transport.websocket;

import java.nio.ByteBuffer;
import java.security.SecureRandom;

/**
 * A fresh key for each frame that a client sends. Whoever can foresee a key can choose a payload that reads, on the
 * wire, as an HTTP request of his own, and poison the cache of a proxy in between (RFC 6455 §10.3). The payload's author
 * here is any visitor, and §5.3 asks that earlier keys tell nothing of later ones, which rules out the quick generators
 * whose state follows from a few outputs. So keys come from {@link SecureRandom}, many at a time: one costs some 20 ns.
 */
final class MaskKeys {
    private static final int BATCH = 256;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final byte[] bytes = new byte[BATCH * Integer.BYTES];
    private final ByteBuffer keys = ByteBuffer.wrap(bytes).position(bytes.length);

    int next() {
        if (!keys.hasRemaining()) {
            RANDOM.nextBytes(bytes);
            keys.clear();
        }
        return keys.getInt();
    }
}
