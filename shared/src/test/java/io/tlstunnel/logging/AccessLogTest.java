package io.tlstunnel.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.tlstunnel.wire.Endpoint;
import io.tlstunnel.wire.ResetCode;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class AccessLogTest {

    private final Logger access = (Logger) LoggerFactory.getLogger("access");
    private final @Nullable Level level = access.getLevel();
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

    @BeforeEach
    void listen() {
        access.setLevel(Level.INFO);
        lines.start();
        access.addAppender(lines);
    }

    @AfterEach
    void detach() {
        access.detachAppender(lines);
        access.setLevel(level);
    }

    @Test
    void aFinishedStreamIsOneLineOfKeysAndValues() {
        AccessLog.log(entry(null, 0x1f));

        assertThat(lines.list).hasSize(1);
        assertThat(lines.list.get(0).getMessage()).isEqualTo("stream");
        assertThat(lines.list.get(0).getKeyValuePairs())
                .extracting(pair -> pair.key + "=" + pair.value)
                .containsExactly(
                        "visitor=192.0.2.7:40123",
                        "proxy=web",
                        "client=office",
                        "bytes_in=123",
                        "bytes_out=4567890123",
                        "ms=2500",
                        "reason=clean",
                        "trace=000000000000001f");
    }

    @Test
    void saysWhyAStreamWasReset() {
        AccessLog.log(entry(ResetCode.SERVICE_REFUSED, -1));

        assertThat(lines.list.get(0).getKeyValuePairs())
                .extracting(pair -> pair.key + "=" + pair.value)
                .contains("reason=service_refused", "trace=ffffffffffffffff");
    }

    @Test
    void writesNothingWhenSwitchedOff() {
        access.setLevel(Level.OFF);
        AccessLog.log(entry(null, 1));

        assertThat(lines.list).isEmpty();
    }

    private static AccessEntry entry(@Nullable ResetCode reset, long traceId) {
        return new AccessEntry(
                new Endpoint(new byte[] {(byte) 192, 0, 2, 7}, 40123),
                "web",
                "office",
                123,
                4_567_890_123L,
                Duration.ofMillis(2_500),
                reset,
                traceId);
    }
}
