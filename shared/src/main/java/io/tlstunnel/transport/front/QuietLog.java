package io.tlstunnel.transport.front;

import io.tlstunnel.logging.LogThrottle;
import java.util.function.LongSupplier;
import org.slf4j.Logger;

/** The front's log lines that strangers cause, throttled by kind. Any thread. */
final class QuietLog {
    private static final int LINES = 5;

    /** Kinds that are counted apart. */
    enum Kind {
        STRANGER,
        PROXY_HEADER,
        NOT_TLS,
        TLS,
        HTTP,
        UPGRADE,
        TIMEOUT,
        FULL,
        UPSTREAM
    }

    private final Logger log;
    private final LogThrottle<Kind> throttle;

    QuietLog(Logger log, LongSupplier nanoTime) {
        this.log = log;
        this.throttle = new LogThrottle<>(LINES, nanoTime);
    }

    void warn(Kind kind, String line) {
        int hidden = throttle.admit(kind);
        if (hidden > 0) {
            log.warn("{} ({} more of this kind were not logged)", line, hidden);
        } else if (hidden == 0) {
            log.warn("{}", line);
        }
    }
}
