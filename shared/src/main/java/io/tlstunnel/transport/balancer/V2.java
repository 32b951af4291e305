package io.tlstunnel.transport.balancer;

import java.net.InetSocketAddress;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Version 2 of the PROXY header, behind its signature: version and command, family and protocol, length, addresses. */
final class V2 {
    private static final int COMMAND_AT = 12;
    private static final int FAMILY_AT = 13;
    private static final int ADDRESSES_AT = 16;
    private static final int LOCAL = 0x20;
    private static final int PROXY = 0x21;
    private static final int TCP_OVER_IPV4 = 0x11;
    private static final int TCP_OVER_IPV6 = 0x21;
    private static final int IPV4_BYTES = 4;
    private static final int IPV6_BYTES = 16;

    private V2() {}

    /** Who a whole header says has come, or null if it does not say, or not as an address and port of TCP. */
    static @Nullable InetSocketAddress source(byte[] header, int length) throws HeaderException {
        int command = header[COMMAND_AT] & 0xFF;
        if (command == LOCAL) {
            return null; // the balancer itself
        }
        if (command != PROXY) {
            throw new HeaderException("it has a command that version 2 does not know");
        }
        return switch (header[FAMILY_AT] & 0xFF) {
            case TCP_OVER_IPV4 -> source(header, length, IPV4_BYTES);
            case TCP_OVER_IPV6 -> source(header, length, IPV6_BYTES);
            default -> null;
        };
    }

    private static InetSocketAddress source(byte[] header, int length, int bytes) throws HeaderException {
        int portAt = ADDRESSES_AT + 2 * bytes; // behind source and destination
        if (length < portAt + 2 * Short.BYTES) {
            throw new HeaderException("it is too short for its addresses");
        }
        byte[] address = Arrays.copyOfRange(header, ADDRESSES_AT, ADDRESSES_AT + bytes);
        return new InetSocketAddress(Literals.address(address), Literals.unsignedShort(header, portAt));
    }
}
