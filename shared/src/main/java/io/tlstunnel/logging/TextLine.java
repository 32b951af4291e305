package io.tlstunnel.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.slf4j.event.KeyValuePair;

/** {@code 2026-11-23T10:00:00.123Z INFO  server listening addr=0.0.0.0:443}, in colour on a terminal. */
record TextLine(Stacks stacks, Colour colour) implements LineFormat {

    /** Whether lines carry ANSI colours. */
    enum Colour {
        ON,
        OFF
    }

    static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private static final String RESET = "\u001b[0m";
    private static final String DIM = "\u001b[2m";

    @Override
    public String format(ILoggingEvent event) {
        final StringBuilder out = new StringBuilder(160);
        painted(out, DIM, TIME.format(Instant.ofEpochMilli(event.getTimeStamp())));
        out.append(' ');
        painted(out, paint(event.getLevel()), String.format("%-5s", event.getLevel()));
        out.append(' ').append(LogLevels.area(event.getLoggerName())).append(' ');
        Escape.message(out, event.getFormattedMessage());
        if (event.getKeyValuePairs() != null) {
            for (final KeyValuePair pair : event.getKeyValuePairs()) {
                pair(out, pair.key, String.valueOf(pair.value));
            }
        }
        final IThrowableProxy failure = event.getThrowableProxy();
        if (failure != null) {
            pair(out, "error", LineFormat.summary(failure));
        }
        out.append('\n');
        if (failure != null && stacks.shows(event)) {
            stack(out, failure);
        }
        return out.toString();
    }

    private void pair(StringBuilder out, String key, String value) {
        out.append(' ');
        painted(out, DIM, key + "=");
        Escape.value(out, value);
    }

    private void painted(StringBuilder out, String paint, String text) {
        if (colour == Colour.ON) {
            out.append(paint).append(text).append(RESET);
        } else {
            out.append(text);
        }
    }

    /** Each line of the trace is indented: a line of the log always starts with a time. */
    private static void stack(StringBuilder out, IThrowableProxy failure) {
        for (final String line : ThrowableProxyUtil.asString(failure).split("\\R", -1)) {
            if (!line.isBlank()) {
                out.append("    ");
                Escape.message(out, line.strip());
                out.append('\n');
            }
        }
    }

    private static String paint(Level level) {
        return switch (level.toInt()) {
            case Level.ERROR_INT -> "\u001b[1;31m";
            case Level.WARN_INT -> "\u001b[33m";
            case Level.INFO_INT -> "\u001b[32m";
            default -> "\u001b[36m";
        };
    }
}
