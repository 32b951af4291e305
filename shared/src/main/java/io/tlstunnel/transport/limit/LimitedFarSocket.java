package io.tlstunnel.transport.limit;

import io.netty.buffer.ByteBuf;
import io.tlstunnel.mux.FarSocket;
import io.tlstunnel.mux.FarSocketListener;
import io.tlstunnel.mux.Timers;
import java.util.ArrayDeque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A far socket that moves bytes at a limited pace. What was read is paid for before the next read; what is to be written
 * waits here, unacknowledged, so that it is never more than the stream's window. On the stream's thread.
 */
final class LimitedFarSocket implements FarSocket, FarSocketListener {
    private final FarSocket real;
    private final Pace fromVisitor;
    private final Pace toVisitor;
    private final Timers timers;
    private final ArrayDeque<ByteBuf> queue = new ArrayDeque<>();
    private @Nullable FarSocketListener stream;
    private Timers.@Nullable Timer readWait;
    private Timers.@Nullable Timer writeWait;
    /** Bytes at the head of the queue that are counted and wait for their time. */
    private int due;

    /** Instant before which nothing more is read. */
    private long readAt;

    private boolean shutting;
    private boolean over;

    LimitedFarSocket(FarSocket real, Pace fromVisitor, Pace toVisitor, Timers timers) {
        this.real = real;
        this.fromVisitor = fromVisitor;
        this.toVisitor = toVisitor;
        this.timers = timers;
        this.readAt = timers.nanoTime();
    }

    /** Names, or replaces, who is told. */
    void listener(FarSocketListener listener) {
        stream = listener;
    }

    private FarSocketListener stream() {
        return Objects.requireNonNull(stream, "started before anything is told");
    }

    // ---- from the stream

    @Override
    public void read(int max) {
        if (over) {
            return;
        }
        int slice = Math.min(max, fromVisitor.slice());
        long wait = readAt - timers.nanoTime();
        if (wait <= 0) {
            real.read(slice);
        } else {
            readWait = timers.schedule(wait, () -> {
                readWait = null;
                real.read(slice);
            });
        }
    }

    @Override
    public void write(ByteBuf bytes) {
        if (over) {
            bytes.release();
            return;
        }
        queue.addLast(bytes);
        pump();
    }

    @Override
    public void flush() {
        real.flush();
    }

    @Override
    public void shutdownOutput() {
        if (!over && !shutting) {
            shutting = true;
            shutWhenWritten();
        }
    }

    @Override
    public void close() {
        end();
        real.close();
    }

    /** What waits for its time may go now: the peer gets what was sent before the reset. */
    @Override
    public void reset(long lingerMillis) {
        if (lingerMillis > 0 && !over) {
            due = 0;
            queue.forEach(real::write);
            queue.clear();
        }
        end();
        real.reset(lingerMillis);
    }

    private void pump() {
        while (writeWait == null && !queue.isEmpty()) {
            due = Math.min(queue.getFirst().readableBytes(), toVisitor.slice());
            long wait = toVisitor.take(due);
            if (wait > 0) {
                writeWait = timers.schedule(wait, this::timeIsUp);
            } else {
                writeDue();
            }
        }
    }

    private void timeIsUp() {
        writeWait = null;
        writeDue();
        pump();
        real.flush();
        shutWhenWritten();
    }

    private void writeDue() {
        ByteBuf first = queue.getFirst();
        if (due == first.readableBytes()) {
            real.write(queue.removeFirst());
        } else {
            real.write(first.readRetainedSlice(due));
        }
        due = 0;
    }

    private void shutWhenWritten() {
        if (shutting && queue.isEmpty()) {
            real.shutdownOutput();
        }
    }

    private void end() {
        over = true;
        cancel(readWait);
        cancel(writeWait);
        if (due > 0) {
            toVisitor.putBack(due);
            due = 0;
        }
        queue.forEach(ByteBuf::release);
        queue.clear();
    }

    private static void cancel(Timers.@Nullable Timer timer) {
        if (timer != null) {
            timer.cancel();
        }
    }

    // ---- from the socket

    @Override
    public void data(ByteBuf chunk, int headroom) {
        readAt = timers.nanoTime() + fromVisitor.take(chunk.readableBytes());
        stream().data(chunk, headroom);
    }

    @Override
    public void endOfInput() {
        stream().endOfInput();
    }

    @Override
    public void readComplete() {
        stream().readComplete();
    }

    @Override
    public void written(int bytes) {
        stream().written(bytes);
    }

    @Override
    public void outputShut() {
        stream().outputShut();
    }

    @Override
    public void failed(FarFailure failure, String reason) {
        end();
        stream().failed(failure, reason);
    }
}
