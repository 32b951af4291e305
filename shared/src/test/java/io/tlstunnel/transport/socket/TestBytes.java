package io.tlstunnel.transport.socket;

/** An endless sequence of pseudo-random bytes (SplitMix64) that does not depend on the pieces it is taken in. */
final class TestBytes {

    private long state;
    private long word;
    private int left;

    TestBytes(long seed) {
        this.state = seed;
    }

    byte[] next(int count) {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            if (left == 0) {
                word = nextWord();
                left = Long.BYTES;
            }
            bytes[i] = (byte) word;
            word >>>= Byte.SIZE;
            left--;
        }
        return bytes;
    }

    private long nextWord() {
        state += 0x9E3779B97F4A7C15L;
        long z = state;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /** SHA-256 of the first {@code count} bytes of {@code seed}. */
    static byte[] hash(long seed, long count) {
        TestBytes bytes = new TestBytes(seed);
        var digest = TestStream.sha256();
        for (long left = count; left > 0; left -= 32 * 1024) {
            digest.update(bytes.next((int) Math.min(left, 32 * 1024)));
        }
        return digest.digest();
    }
}
