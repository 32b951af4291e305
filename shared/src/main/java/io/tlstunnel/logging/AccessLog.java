package io.tlstunnel.logging;

import io.tlstunnel.wire.ResetCode;
import java.util.HexFormat;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The access log: one line for each finished stream, on the logger {@code access}, whose level is
 * {@code [log] access}. Any thread, never waits.
 */
public final class AccessLog {

    private static final Logger ACCESS = LoggerFactory.getLogger("access");

    private AccessLog() {}

    /** Writes the line, if access lines are on. */
    public static void log(AccessEntry entry) {
        ACCESS.atInfo()
                .setMessage("stream")
                .addKeyValue("visitor", entry.visitor())
                .addKeyValue("proxy", entry.proxy())
                .addKeyValue("client", entry.client())
                .addKeyValue("bytes_in", entry.bytesIn())
                .addKeyValue("bytes_out", entry.bytesOut())
                .addKeyValue("ms", entry.duration().toMillis())
                .addKeyValue("reason", reason(entry.reset()))
                .addKeyValue("trace", HexFormat.of().toHexDigits(entry.traceId()))
                .log();
    }

    /** The same word as in the metrics. */
    private static String reason(@Nullable ResetCode reset) {
        return reset == null ? "clean" : reset.name().toLowerCase(Locale.ROOT);
    }
}
