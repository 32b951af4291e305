package io.tlstunnel.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import io.tlstunnel.config.LogConfig;
import java.io.OutputStream;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.ILoggerFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sets logging up: to standard error, by {@code -v}, else by the environment ({@code TLS_TUNNEL_LOG}, then
 * {@code RUST_LOG}), else by the configuration. Before {@link #configure} the environment alone decides. Where a
 * {@code logback.xml} or {@code -Dlogback.configurationFile} is given, that is left alone. Any thread.
 */
public final class Logging {

    /** How lines look before a configuration is read. */
    private static final LogConfig START = new LogConfig(LogConfig.Format.TEXT, "INFO", LogConfig.Access.ON);

    private Logging() {}

    /** Applies {@code config}, with what the command line and the environment put above it. */
    public static void configure(LogConfig config, Verbosity verbosity) {
        if (context() instanceof LoggerContext logback && !LogbackStart.hasOwnFile()) {
            apply(logback, config, levels(config.level(), verbosity, System.getenv()), System.err);
        }
    }

    /** As {@link #configure(LogConfig, Verbosity)} before there is a configuration. */
    public static void configure(Verbosity verbosity) {
        configure(START, verbosity);
    }

    /** Writes what waits and ends; what is logged later is lost. Blocks two seconds at most. */
    public static void close() {
        if (context() instanceof LoggerContext logback) {
            logback.stop();
        }
    }

    /** What is wrong with {@code TLS_TUNNEL_LOG}, as a sentence, or null. */
    public static @Nullable String complaint(Map<String, String> environment) {
        final String text = environment.get("TLS_TUNNEL_LOG");
        return text == null || text.isBlank() || LogLevels.parse(text, Level.INFO) != null
                ? null
                : "TLS_TUNNEL_LOG is \"" + text + "\", but takes error, warn, info, debug or trace, or pairs like"
                        + " info,transport=trace";
    }

    static void start(LoggerContext logback) {
        apply(logback, START, levels(START.level(), Verbosity.NORMAL, System.getenv()), System.err);
    }

    /** Package-private for tests, which bring a context and an output of their own. */
    static void apply(LoggerContext logback, LogConfig config, LogLevels levels, OutputStream out) {
        logback.reset();
        logback.start();
        final LineFormat.Stacks stacks =
                levels.base().isGreaterOrEqual(Level.INFO) ? LineFormat.Stacks.ERRORS : LineFormat.Stacks.ALWAYS;
        final LineAppender appender = new LineAppender(
                switch (config.format()) {
                    case JSON -> new JsonLine(stacks);
                    case TEXT -> new TextLine(stacks, Terminal.colour(System.getenv()));
                },
                out);
        appender.setContext(logback);
        appender.setName("stderr");
        appender.start();
        final var root = logback.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.WARN);
        // Vert.x binds gauges of its event bus once for each address, under one name: nothing that users could mend.
        logback.getLogger("io.micrometer.core.instrument.MeterRegistry").setLevel(Level.ERROR);
        root.addAppender(appender);
        logback.getLogger(LogLevels.ownLogger()).setLevel(levels.base());
        logback.getLogger("access").setLevel(config.access() == LogConfig.Access.ON ? Level.INFO : Level.OFF);
        levels.areas().forEach((name, level) -> logback.getLogger(name).setLevel(level));
    }

    static LogLevels levels(String configured, Verbosity verbosity, Map<String, String> environment) {
        final Level base = Objects.requireNonNullElse(LogLevels.level(configured), Level.INFO);
        if (verbosity != Verbosity.NORMAL) {
            return LogLevels.of(verbosity);
        }
        for (final String name : new String[] {"TLS_TUNNEL_LOG", "RUST_LOG"}) {
            final String text = environment.get(name);
            final LogLevels levels = text == null || text.isBlank() ? null : LogLevels.parse(text, base);
            if (levels != null) {
                return levels;
            }
        }
        return new LogLevels(base, Map.of());
    }

    private static ILoggerFactory context() {
        return LoggerFactory.getILoggerFactory();
    }
}
