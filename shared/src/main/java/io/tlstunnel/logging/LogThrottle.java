package io.tlstunnel.logging;

import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * For log lines that strangers cause: a few of each kind in a while, the rest is counted. A flood must not fill the
 * disk. Any thread.
 *
 * @param <K> kinds that are counted apart; few, such as the constants of an enum
 */
public final class LogThrottle<K> {
    private static final long WINDOW_NANOS = 10_000_000_000L;

    private static final class Window {
        private long began;
        private int lines;
        private int hidden;
    }

    private final int linesPerWindow;
    private final LongSupplier nanoTime;
    private final Map<K, Window> windows = new HashMap<>();

    /**
     * @param linesPerWindow lines of one kind in 10 s, 1 or more
     * @param nanoTime a monotonic clock
     */
    public LogThrottle(int linesPerWindow, LongSupplier nanoTime) {
        this.linesPerWindow = linesPerWindow;
        this.nanoTime = nanoTime;
    }

    /** How many of that kind were hidden before this line; negative: hide it too. */
    public synchronized int admit(K kind) {
        long now = nanoTime.getAsLong();
        Window window = windows.computeIfAbsent(kind, any -> new Window());
        if (window.lines == 0 || now - window.began >= WINDOW_NANOS) {
            int hidden = window.hidden;
            window.began = now;
            window.lines = 1;
            window.hidden = 0;
            return hidden;
        }
        if (window.lines < linesPerWindow) {
            window.lines++;
            return 0;
        }
        window.hidden++;
        return -1;
    }
}
