package io.tlstunnel.wire;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * An IP address and port, as OPEN carries it.
 *
 * @param address 4 or 16 bytes
 * @param port 0–65535
 */
public record Endpoint(byte[] address, int port) {

    public static Endpoint of(InetSocketAddress socketAddress) {
        return new Endpoint(socketAddress.getAddress().getAddress(), socketAddress.getPort());
    }

    /** The same, as the JDK has it. */
    public InetSocketAddress toSocketAddress() {
        try {
            return new InetSocketAddress(InetAddress.getByAddress(address), port);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("the codec lets only 4 or 16 bytes pass", e);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Endpoint that && port == that.port && Arrays.equals(address, that.address);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(address) + port;
    }

    /** {@code 192.0.2.1:80} or {@code [2001:db8::1]:80}. */
    @Override
    public String toString() {
        String host = NetUtil.toAddressString(toSocketAddress().getAddress());
        return address.length == 16 ? "[" + host + "]:" + port : host + ":" + port;
    }
}
