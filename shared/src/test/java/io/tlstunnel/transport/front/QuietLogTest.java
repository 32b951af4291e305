package io.tlstunnel.transport.front;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.tlstunnel.transport.front.QuietLog.Kind;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class QuietLogTest {
    private static final long SECOND = 1_000_000_000L;

    private final AtomicLong clock = new AtomicLong(-5);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

    private QuietLog log() {
        Logger logger = new LoggerContext().getLogger("flood");
        lines.start();
        logger.addAppender(lines);
        return new QuietLog(logger, clock::get);
    }

    private List<String> written() {
        return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    @Test
    void writesAFewOfEachKindAndCountsTheRest() {
        QuietLog log = log();
        for (int i = 0; i < 100; i++) {
            log.warn(Kind.TLS, "bad handshake " + i);
        }
        log.warn(Kind.FULL, "full");
        clock.addAndGet(9 * SECOND);
        log.warn(Kind.TLS, "still quiet");
        clock.addAndGet(2 * SECOND);
        log.warn(Kind.TLS, "bad handshake");
        log.warn(Kind.TLS, "bad handshake");

        assertThat(written())
                .containsExactly(
                        "bad handshake 0",
                        "bad handshake 1",
                        "bad handshake 2",
                        "bad handshake 3",
                        "bad handshake 4",
                        "full",
                        "bad handshake (96 more of this kind were not logged)",
                        "bad handshake");
    }
}
