package io.tlstunnel.config;

import java.net.URI;
import java.nio.file.Path;

/** What the tunnel port answers to a request that is not the tunnel: {@code [server] web}. */
public sealed interface WebConfig {
    /** A small 404 page. */
    record NotFound() implements WebConfig {}

    /** Files of a directory. */
    record Directory(Path root) implements WebConfig {}

    /** Another web server, {@code http://host:port}. */
    record Upstream(URI uri) implements WebConfig {}
}
