package io.tlstunnel.logging;

import ch.qos.logback.classic.Level;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which areas log how much, as written in {@code TLS_TUNNEL_LOG}: {@code debug}, or
 * {@code info,transport=trace,netty=debug}.
 *
 * @param base level of the project's own code
 * @param areas logger name to level, for what differs from the base
 */
record LogLevels(Level base, Map<String, Level> areas) {

    private static final String OWN = "io.tlstunnel";

    /** Loggers of the libraries below, by the short names that log lines show. */
    private static final Map<String, String> LIBRARIES =
            Map.of("netty", "io.netty", "vertx", "io.vertx", "hazelcast", "com.hazelcast", "access", "access");

    static final LogLevels DEFAULT = new LogLevels(Level.INFO, Map.of());

    /** Parses {@code text}; {@code base} holds where the text names areas only. Null if it cannot be read. */
    static @Nullable LogLevels parse(String text, Level base) {
        Level own = base;
        final Map<String, Level> areas = new LinkedHashMap<>();
        for (final String part : text.split(",", -1)) {
            final int equals = part.indexOf('=');
            final Level level = level(part.substring(equals + 1).strip());
            if (level == null) {
                return null;
            }
            if (equals < 0) {
                own = level;
            } else {
                areas.put(loggerName(part.substring(0, equals).strip()), level);
            }
        }
        return new LogLevels(own, areas);
    }

    static LogLevels of(Verbosity verbosity) {
        return switch (verbosity) {
            case NORMAL -> DEFAULT;
            case VERBOSE -> new LogLevels(Level.DEBUG, Map.of());
            case VERY_VERBOSE -> new LogLevels(Level.TRACE, Map.of("io.vertx", Level.DEBUG, "io.netty", Level.INFO));
        };
    }

    static @Nullable Level level(String word) {
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "off" -> Level.OFF;
            case "error" -> Level.ERROR;
            case "warn", "warning" -> Level.WARN;
            case "info" -> Level.INFO;
            case "debug" -> Level.DEBUG;
            case "trace" -> Level.TRACE;
            default -> null;
        };
    }

    /** The short name that a line shows: {@code io.tlstunnel.server.ingress.Tcp} is {@code server.ingress}. */
    static String area(String logger) {
        for (final Map.Entry<String, String> library : LIBRARIES.entrySet()) {
            if (logger.equals(library.getValue()) || logger.startsWith(library.getValue() + ".")) {
                return library.getKey();
            }
        }
        final int lastDot = logger.lastIndexOf('.');
        if (logger.startsWith(OWN + ".") && lastDot > OWN.length()) {
            return logger.substring(OWN.length() + 1, lastDot);
        }
        return logger.substring(lastDot + 1);
    }

    static String ownLogger() {
        return OWN;
    }

    private static String loggerName(String area) {
        final String library = LIBRARIES.get(area);
        return library != null ? library : area.contains(OWN) ? area : OWN + "." + area;
    }
}
