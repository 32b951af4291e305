package io.tlstunnel.transport.dial;

import io.tlstunnel.config.HostPort;
import io.tlstunnel.config.HttpProxy;
import io.tlstunnel.config.TransportKind;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where to dial.
 *
 * @param path path of the upgrade, starting with a slash
 * @param proxy HTTP proxy to CONNECT through, or null
 * @param connectTimeout for the TCP connection to each address, and for the look-up of the name
 * @param handshakeTimeout for all that follows on one address: CONNECT, TLS, upgrade
 * @param turn which of the name's addresses is tried first; counts on from the first one, and round
 */
public record DialTarget(
        HostPort server,
        TransportKind transport,
        String path,
        @Nullable HttpProxy proxy,
        Duration connectTimeout,
        Duration handshakeTimeout,
        int turn) {

    /** From the first address on. */
    public DialTarget(
            HostPort server,
            TransportKind transport,
            String path,
            @Nullable HttpProxy proxy,
            Duration connectTimeout,
            Duration handshakeTimeout) {
        this(server, transport, path, proxy, connectTimeout, handshakeTimeout, 0);
    }

    /** Who the TCP connection goes to. */
    HostPort firstHop() {
        return proxy == null ? server : proxy.address();
    }

    /** {@code Host} of the upgrade: without the port where it is the scheme's own. */
    String hostHeader() {
        int usual = transport == TransportKind.WSS ? 443 : 80;
        String whole = server.toString();
        return server.port() == usual ? whole.substring(0, whole.lastIndexOf(':')) : whole;
    }
}
