package io.tlstunnel.transport.balancer;

import io.netty.buffer.ByteBuf;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The PROXY header in front of a connection, version 1 or 2, put together from the pieces that come. It never wants a byte
 * of what follows it, so that this can stay in the socket. One thread at a time.
 */
public final class ProxyHeader {
    /** TLVs included, which are skipped. */
    static final int MOST_V2_BODY = 4096;

    /** As the specification has it, with the line's end. */
    static final int MOST_V1 = 107;

    private static final byte[] V2_SIGNATURE = {0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A};
    private static final byte[] V1_START = "PROXY ".getBytes(StandardCharsets.US_ASCII);
    private static final int V2_FIXED = 16;
    private static final int V2_LENGTH_AT = 14;

    private byte[] bytes = new byte[MOST_V1];
    private int length;
    private boolean whole;
    private @Nullable InetSocketAddress source;

    /** How many bytes more are surely of the header: at least 1, but 0 when it is whole. */
    public int wanted() {
        if (whole) {
            return 0;
        }
        if (length < V2_SIGNATURE.length) {
            return V2_SIGNATURE.length - length;
        }
        return isV2() ? v2End() - length : Math.min(V1.missing(line()), MOST_V1 - length);
    }

    /**
     * The next bytes; reads no more than {@link #wanted} of them.
     *
     * @throws HeaderException if this is no PROXY header; there is nothing to be had of it then
     */
    public void take(ByteBuf in) throws HeaderException {
        while (!whole && in.isReadable()) {
            int part = Math.min(wanted(), in.readableBytes());
            in.readBytes(bytes, length, part);
            length += part;
            check();
        }
    }

    /** Whether all of it has come. */
    public boolean isWhole() {
        return whole;
    }

    /** Who came through the balancer; null if it does not say, as in its own health checks. Once it is whole. */
    public @Nullable InetSocketAddress source() {
        return source;
    }

    private void check() throws HeaderException {
        if (startsLike(V2_SIGNATURE)) {
            if (length == V2_FIXED) {
                makeRoom();
            }
            if (length >= V2_FIXED && length == v2End()) {
                whole = true;
                source = V2.source(bytes, length);
            }
        } else if (!startsLike(V1_START)) {
            throw new HeaderException("what came first is none");
        } else if (length >= V2_SIGNATURE.length && line().endsWith("\r\n")) {
            whole = true;
            source = V1.source(line());
        } else if (length >= MOST_V1) {
            throw new HeaderException("its line has no end");
        }
    }

    private void makeRoom() throws HeaderException {
        if (v2End() - V2_FIXED > MOST_V2_BODY) {
            throw new HeaderException("it is longer than " + MOST_V2_BODY + " bytes");
        }
        bytes = Arrays.copyOf(bytes, Math.max(bytes.length, v2End()));
    }

    private boolean startsLike(byte[] start) {
        int known = Math.min(length, start.length);
        return Arrays.equals(bytes, 0, known, start, 0, known);
    }

    private boolean isV2() {
        return startsLike(V2_SIGNATURE);
    }

    /** Where it ends, as far as this is known yet. */
    private int v2End() {
        return length < V2_FIXED ? V2_FIXED : V2_FIXED + Literals.unsignedShort(bytes, V2_LENGTH_AT);
    }

    private String line() {
        return new String(bytes, 0, length, StandardCharsets.US_ASCII);
    }
}
