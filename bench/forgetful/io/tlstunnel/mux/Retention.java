package io.tlstunnel.mux;

import io.netty.buffer.ByteBuf;

/**
 * Stands in for the program's own class when {@code bench/run --retention} measures what keeping sent bytes costs: passes
 * over what it should keep. A stream cannot be sent again then.
 */
final class Retention {

    void addSlice(ByteBuf from, int length, long offset, int maskKey) {
        from.skipBytes(length);
    }

    void addCopy(ByteBuf from, int length, long offset) {
        from.skipBytes(length);
    }

    void releaseBelow(long offset) {}

    int contiguous(long offset) {
        return 0;
    }

    void copyTo(ByteBuf out, long offset, int length) {
        throw new IllegalStateException("nothing is kept");
    }

    void releaseAll() {}
}
