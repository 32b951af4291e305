package io.tlstunnel.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import java.time.Instant;
import java.util.Set;
import org.slf4j.event.KeyValuePair;

/**
 * One JSON object a line: {@code time}, {@code level}, {@code area}, {@code message}, then the event's keys; numbers
 * and truth values unquoted. A key that would hide one of the four gets an underscore behind it.
 */
record JsonLine(Stacks stacks) implements LineFormat {

    private static final Set<String> TAKEN = Set.of("time", "level", "area", "message", "error", "stack");

    @Override
    public String format(ILoggingEvent event) {
        final StringBuilder out = new StringBuilder(256).append('{');
        text(out, "time", TextLine.TIME.format(Instant.ofEpochMilli(event.getTimeStamp())));
        text(out, "level", event.getLevel().toString());
        text(out, "area", LogLevels.area(event.getLoggerName()));
        text(out, "message", event.getFormattedMessage());
        if (event.getKeyValuePairs() != null) {
            for (final KeyValuePair pair : event.getKeyValuePairs()) {
                pair(out, pair);
            }
        }
        final IThrowableProxy failure = event.getThrowableProxy();
        if (failure != null) {
            text(out, "error", LineFormat.summary(failure));
            if (stacks.shows(event)) {
                text(out, "stack", ThrowableProxyUtil.asString(failure));
            }
        }
        return out.append("}\n").toString();
    }

    private static void pair(StringBuilder out, KeyValuePair pair) {
        final String key = TAKEN.contains(pair.key) ? pair.key + "_" : pair.key;
        if (isPlain(pair.value)) {
            key(out, key);
            out.append(pair.value);
        } else {
            text(out, key, String.valueOf(pair.value));
        }
    }

    /** Not doubles: NaN and the infinities are no JSON. */
    private static boolean isPlain(Object value) {
        return value == null || value instanceof Integer || value instanceof Long || value instanceof Boolean;
    }

    private static void text(StringBuilder out, String key, String value) {
        key(out, key);
        Escape.quoted(out, value);
    }

    private static void key(StringBuilder out, String key) {
        if (out.length() > 1) {
            out.append(',');
        }
        Escape.quoted(out, key);
        out.append(':');
    }
}
