package io.tlstunnel.transport.front;

import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.slf4j.Logger;

/**
 * Log lines that strangers cause: a few of each kind in a while, the rest is counted. A flood must not fill the disk.
 * Any thread.
 */
final class QuietLog {
    private static final int LINES = 5;
    private static final long WINDOW_NANOS = 10_000_000_000L;

    /** Kinds that are counted apart. */
    enum Kind {
        NOT_TLS,
        TLS,
        HTTP,
        UPGRADE,
        TIMEOUT,
        FULL,
        UPSTREAM
    }

    private static final class Window {
        long began;
        int lines;
        int hidden;
    }

    private final Logger log;
    private final LongSupplier nanoTime;
    private final Map<Kind, Window> windows = new EnumMap<>(Kind.class);

    QuietLog(Logger log, LongSupplier nanoTime) {
        this.log = log;
        this.nanoTime = nanoTime;
    }

    void warn(Kind kind, String line) {
        int hidden = admit(kind);
        if (hidden > 0) {
            log.warn("{} ({} more of this kind were not logged)", line, hidden);
        } else if (hidden == 0) {
            log.warn("{}", line);
        }
    }

    /** How many were hidden before this line; negative: hide it too. */
    private synchronized int admit(Kind kind) {
        long now = nanoTime.getAsLong();
        Window window = windows.computeIfAbsent(kind, any -> new Window());
        if (window.lines == 0 || now - window.began >= WINDOW_NANOS) {
            int hidden = window.hidden;
            window.began = now;
            window.lines = 1;
            window.hidden = 0;
            return hidden;
        }
        if (window.lines < LINES) {
            window.lines++;
            return 0;
        }
        window.hidden++;
        return -1;
    }
}
