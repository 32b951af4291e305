package io.tlstunnel.transport.balancer;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Addresses from their bytes. */
final class Literals {
    private Literals() {}

    /** @param bytes 4 or 16 */
    static InetAddress address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException wrongLength) {
            throw new IllegalArgumentException(wrongLength);
        }
    }
}
