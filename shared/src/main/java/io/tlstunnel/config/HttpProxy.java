package io.tlstunnel.config;

import org.jspecify.annotations.Nullable;

/** An HTTP proxy that takes CONNECT: {@code [client] proxy = "http://user:pass@host:port"}. */
public record HttpProxy(
        HostPort address, @Nullable String user, @Nullable Secret password) {}
