package io.tlstunnel.e2e;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.slf4j.LoggerFactory;

/** What a logger and those below it say until this is closed, key-value pairs included. */
final class LogCapture extends AppenderBase<ILoggingEvent> implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Logger logger;
    private final List<String> lines = new CopyOnWriteArrayList<>();

    private LogCapture(Logger logger) {
        this.logger = logger;
    }

    static LogCapture of(String loggerName) {
        Logger logger = (Logger) LoggerFactory.getLogger(loggerName);
        LogCapture capture = new LogCapture(logger);
        capture.setContext(logger.getLoggerContext());
        capture.start();
        logger.addAppender(capture);
        return capture;
    }

    /** What the program itself says. */
    static LogCapture ofProgram() {
        return of("io.tlstunnel");
    }

    @Override
    protected void append(ILoggingEvent event) {
        StringBuilder line = new StringBuilder(event.getFormattedMessage());
        if (event.getKeyValuePairs() != null) {
            event.getKeyValuePairs().forEach(pair -> line.append(' ').append(pair));
        }
        lines.add(line.toString());
    }

    List<String> lines() {
        return lines;
    }

    /** Waits for a line that holds all {@code parts}, and returns it. */
    String await(String... parts) {
        Awaitility.await()
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .untilAsserted(() -> org.assertj.core.api.Assertions.assertThat(lines)
                        .anyMatch(line -> List.of(parts).stream().allMatch(line::contains)));
        return lines.stream()
                .filter(line -> List.of(parts).stream().allMatch(line::contains))
                .findFirst()
                .orElseThrow();
    }

    /** The number behind a key of a line. */
    static long number(String line, String key) {
        Matcher number = Pattern.compile(Pattern.quote(key) + "=\"(\\d+)\"").matcher(line);
        if (!number.find()) {
            throw new AssertionError("no " + key + " in " + line);
        }
        return Long.parseLong(number.group(1));
    }

    @Override
    public void close() {
        logger.detachAppender(this);
        stop();
    }
}
