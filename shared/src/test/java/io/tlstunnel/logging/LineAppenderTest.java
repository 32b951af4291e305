package io.tlstunnel.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import io.tlstunnel.config.LogConfig;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

final class LineAppenderTest {

    @Test
    void anOutputThatNobodyReadsStopsNobodyAndTheLossIsToldLater() {
        final CountDownLatch reader = new CountDownLatch(1);
        final ByteArrayOutputStream out = new StuckUntil(reader);
        final LoggerContext logback = new LoggerContext();
        Logging.apply(
                logback, new LogConfig(LogConfig.Format.TEXT, "INFO", LogConfig.Access.ON), LogLevels.DEFAULT, out);
        final Logger log = logback.getLogger("io.tlstunnel.server.Test");
        for (int i = 0; i < 20_000; i++) {
            log.info("line");
        }
        reader.countDown();
        logback.stop();
        final String text = out.toString(StandardCharsets.UTF_8);
        assertThat(text).containsPattern("\\(\\d+ log lines dropped");
        assertThat(text.lines().filter(line -> line.endsWith("line")).count()).isBetween(8_192L, 8_192L + 256);
    }

    /** Blocks its writer until a latch opens. */
    private static final class StuckUntil extends ByteArrayOutputStream {
        private final CountDownLatch latch;

        StuckUntil(CountDownLatch latch) {
            this.latch = latch;
        }

        @Override
        public synchronized void write(byte[] bytes, int offset, int length) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            super.write(bytes, offset, length);
        }

        @Override
        public void writeBytes(byte[] bytes) {
            write(bytes, 0, bytes.length);
        }
    }
}
