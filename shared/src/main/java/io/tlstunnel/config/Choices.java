package io.tlstunnel.config;

import java.util.Locale;

/** The keys whose values are a few words. */
final class Choices {
    static final Type<TransportKind> TRANSPORT = new Choice<TransportKind>()
            .word("wss", TransportKind.WSS)
            .word("ws", TransportKind.WS)
            .synonyms(TransportKind.WSS, "websocket-secure", "websocket+tls")
            .later("tls", "http2", "http/2", "h2", "quic", "http3", "h3", "tcp", "kcp")
            .type();

    static final Type<Engine.DataPath> DATA_PATH = new Choice<Engine.DataPath>()
            .word("fast", Engine.DataPath.FAST)
            .word("plain", Engine.DataPath.PLAIN)
            .type();

    static final Type<Engine.Io> IO = new Choice<Engine.Io>()
            .word("auto", Engine.Io.AUTO)
            .word("io_uring", Engine.Io.IO_URING)
            .word("epoll", Engine.Io.EPOLL)
            .word("nio", Engine.Io.NIO)
            .synonyms(Engine.Io.IO_URING, "io-uring", "iouring", "uring")
            .type();

    static final Type<Engine.Tls> TLS_ENGINE = new Choice<Engine.Tls>()
            .word("auto", Engine.Tls.AUTO)
            .word("boringssl", Engine.Tls.BORINGSSL)
            .word("jdk", Engine.Tls.JDK)
            .synonyms(Engine.Tls.BORINGSSL, "openssl")
            .type();

    static final Type<ClientConfig.ChannelBinding> CHANNEL_BINDING = new Choice<ClientConfig.ChannelBinding>()
            .word("on", ClientConfig.ChannelBinding.ON)
            .word("off", ClientConfig.ChannelBinding.OFF)
            .synonyms(ClientConfig.ChannelBinding.ON, "true")
            .synonyms(ClientConfig.ChannelBinding.OFF, "false", "none")
            .flags(ClientConfig.ChannelBinding.ON, ClientConfig.ChannelBinding.OFF)
            .type();

    static final Type<Publishing.On> PUBLISH_ON = new Choice<Publishing.On>()
            .word("all", Publishing.On.ALL)
            .word("owner", Publishing.On.OWNER)
            .type();

    static final Type<Publishing.Policy> PUBLISH_POLICY = new Choice<Publishing.Policy>()
            .word("available", Publishing.Policy.AVAILABLE)
            .word("all", Publishing.Policy.ALL)
            .type();

    static final Type<LogConfig.Format> LOG_FORMAT = new Choice<LogConfig.Format>()
            .word("text", LogConfig.Format.TEXT)
            .word("json", LogConfig.Format.JSON)
            .type();

    static final Type<LogConfig.Access> LOG_ACCESS = new Choice<LogConfig.Access>()
            .word("true", LogConfig.Access.ON)
            .word("false", LogConfig.Access.OFF)
            .synonyms(LogConfig.Access.ON, "on")
            .synonyms(LogConfig.Access.OFF, "off")
            .flags(LogConfig.Access.ON, LogConfig.Access.OFF)
            .type();

    static final Type<HealthCheck.Kind> HEALTH_CHECK = new Choice<HealthCheck.Kind>()
            .word("tcp", HealthCheck.Kind.TCP)
            .word("http", HealthCheck.Kind.HTTP)
            .later("https", "udp", "grpc")
            .type();

    static final Type<String> LOG_LEVEL = logLevel();

    private Choices() {}

    /** Proxy types, in the spelling of the guide. */
    static Type<String> proxyType() {
        return new Choice<String>()
                .word("tcp", "tcp")
                .word("ssh", "ssh")
                .word("http/1.1", "http/1.1")
                .word("http/2.0", "http/2.0")
                .synonyms("http/1.1", "http", "http1", "http/1", "http1.1", "h1")
                .synonyms("http/2.0", "http2", "http/2", "http2.0", "h2", "h2c")
                .later("udp", "https", "tls", "sni", "tcpmux", "stcp", "xtcp", "sudp", "socks5", "http/3", "http/3.0")
                .type();
    }

    private static Type<String> logLevel() {
        final Choice<String> levels = new Choice<>();
        for (final String level : new String[] {"error", "warn", "info", "debug", "trace"}) {
            levels.word(level, level.toUpperCase(Locale.ROOT));
        }
        return levels.synonyms("WARN", "warning").type();
    }
}
