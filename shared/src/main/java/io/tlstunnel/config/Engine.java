package io.tlstunnel.config;

/**
 * How bytes are moved.
 *
 * @param dataPath our handlers on Netty, or the public Vert.x API
 * @param io kernel interface; AUTO takes the best that loads
 * @param tls TLS engine; AUTO takes BoringSSL where it loads
 */
public record Engine(DataPath dataPath, Io io, Tls tls) {

    /** Which code carries stream bytes. */
    public enum DataPath {
        FAST,
        PLAIN
    }

    /** Kernel interface. */
    public enum Io {
        AUTO,
        IO_URING,
        EPOLL,
        NIO
    }

    /** TLS engine. */
    public enum Tls {
        AUTO,
        BORINGSSL,
        JDK
    }
}
