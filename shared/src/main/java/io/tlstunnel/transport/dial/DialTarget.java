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
 */
public record DialTarget(
        HostPort server,
        TransportKind transport,
        String path,
        @Nullable HttpProxy proxy,
        Duration connectTimeout,
        Duration handshakeTimeout) {

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
