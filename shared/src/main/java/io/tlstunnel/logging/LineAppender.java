package io.tlstunnel.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Hands lines to a thread of its own, so that an output that nobody reads (a stopped pager, a stuck journal) never
 * stops an event loop. Lines beyond {@value #QUEUE} waiting ones are dropped, counted and told of.
 */
final class LineAppender extends AppenderBase<ILoggingEvent> {

    private static final int QUEUE = 8192;

    /** Lines in one write: bounds what is lost with a killed process. */
    private static final int BATCH = 256;

    private static final long CLOSE_SECONDS = 2;

    /** Told apart by identity: wakes the writer for its last round. */
    private static final String END = new String("end");

    private final BlockingQueue<String> lines = new ArrayBlockingQueue<>(QUEUE);
    private final AtomicLong dropped = new AtomicLong();
    private final LineFormat format;
    private final OutputStream out;
    private final Thread writer;

    /** The caller keeps {@code out} (it is never closed). */
    LineAppender(LineFormat format, OutputStream out) {
        this.format = format;
        this.out = out;
        this.writer = new Thread(this::write, "log");
        writer.setDaemon(true);
    }

    @Override
    public void start() {
        super.start();
        writer.start();
    }

    @Override
    protected void append(ILoggingEvent event) {
        if (!lines.offer(format.format(event))) {
            dropped.incrementAndGet();
        }
    }

    /** Writes what waits (two seconds at most), then ends the thread. Blocks: not on an event loop. */
    @Override
    public void stop() {
        if (!isStarted()) {
            return;
        }
        super.stop();
        try {
            if (lines.offer(END, CLOSE_SECONDS, TimeUnit.SECONDS)) {
                writer.join(TimeUnit.SECONDS.toMillis(CLOSE_SECONDS));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @SuppressWarnings("ReferenceEquality") // END is this one object, whatever a line says
    private void write() {
        final List<String> batch = new ArrayList<>(BATCH);
        boolean ended = false;
        while (!ended) {
            try {
                batch.add(lines.take());
            } catch (InterruptedException e) {
                return;
            }
            lines.drainTo(batch, BATCH - 1);
            ended = batch.get(batch.size() - 1) == END;
            if (ended) {
                batch.remove(batch.size() - 1);
            }
            flush(batch);
            batch.clear();
        }
    }

    private void flush(List<String> batch) {
        final StringBuilder text = new StringBuilder();
        batch.forEach(text::append);
        final long lost = dropped.getAndSet(0);
        if (lost > 0) {
            text.append("(").append(lost).append(" log lines dropped: the output was too slow)\n");
        }
        try {
            out.write(text.toString().getBytes(StandardCharsets.UTF_8));
            out.flush();
        } catch (IOException e) {
            addError("the log cannot be written", e);
        }
    }
}
