package io.tlstunnel.server.routing;

import io.netty.util.NetUtil;
import io.tlstunnel.config.HostPort;
import java.net.InetAddress;
import java.util.Optional;

/**
 * Where visitors knock.
 *
 * @param address IP address in its canonical text form, that of RFC 5952 for IPv6
 * @param port 1–65535
 */
public record IngressKey(String address, int port) {

    /** The key for an IP address as a client writes it; empty if it is none. */
    public static Optional<IngressKey> of(String address, int port) {
        InetAddress parsed = NetUtil.createInetAddressFromIpAddressString(address);
        return Optional.ofNullable(parsed).map(ip -> new IngressKey(NetUtil.toAddressString(ip), port));
    }

    /** Whether two listeners could not stand side by side: same port, and same address or one a wildcard. */
    public boolean conflictsWith(IngressKey other) {
        return port == other.port && (address.equals(other.address) || isWildcard() || other.isWildcard());
    }

    private boolean isWildcard() {
        InetAddress parsed = NetUtil.createInetAddressFromIpAddressString(address);
        return parsed != null && parsed.isAnyLocalAddress();
    }

    @Override
    public String toString() {
        return new HostPort(address, port).toString();
    }
}
