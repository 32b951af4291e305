package io.tlstunnel.config;

/**
 * A host (name or IP address, IPv6 without brackets) and port.
 *
 * @param port 1–65535
 */
public record HostPort(String host, int port) {
    @Override
    public String toString() {
        return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
    }
}
