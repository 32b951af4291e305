package io.tlstunnel.config;

import java.time.Duration;

/** What a server and a client file both say. */
sealed interface CommonConfig permits ServerConfig, ClientConfig {
    String name();

    Timing timing();

    Duration reloadInterval();

    Budget budget();

    Engine engine();

    AdminConfig admin();

    LogConfig log();
}
