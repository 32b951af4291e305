package io.tlstunnel.mux;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * A far socket that says so much in its own pace and takes whatever comes, and holds its stream to the contract: one read
 * at a time, nothing behind the half-close, nothing behind the end.
 */
final class FuzzFarSocket implements FarSocket {

    /**
     * What it does.
     *
     * @param length bytes that it says
     * @param piece most that it says or takes at a time
     * @param pauseNanos before it says or takes anything
     * @param fails whether it resets behind what it says, in place of a half-close
     */
    record Script(int length, int piece, long pauseNanos, boolean fails) {}

    private final ManualTimers timers;
    private final ByteBufAllocator allocator;
    private final Script script;
    private final TakenBytes queue = new TakenBytes();
    private @Nullable FarSocketListener listener;
    private int said;
    private int events;
    private int unflushed;
    private int waiting;
    private boolean reading;
    private boolean taking;
    private boolean finSaid;
    private boolean shutAsked;
    private boolean shut;
    private boolean over;

    FuzzFarSocket(ManualTimers timers, ByteBufAllocator allocator, Script script) {
        this.timers = timers;
        this.allocator = allocator;
        this.script = script;
    }

    void start(FarSocketListener stream) {
        listener = stream;
    }

    boolean isStarted() {
        return listener != null;
    }

    boolean isOver() {
        return over;
    }

    int said() {
        return said;
    }

    /** How often it told its stream something. */
    int events() {
        return events;
    }

    @Override
    public void read(int max) {
        if (max < 1 || reading) {
            throw new AssertionError(reading ? "a second read" : "a read of " + max);
        }
        if (over) {
            return;
        }
        reading = true;
        timers.schedule(script.pauseNanos(), () -> answer(max));
    }

    private void answer(int max) {
        FarSocketListener stream = listener;
        if (over || stream == null) {
            return;
        }
        events++;
        if (said < script.length()) {
            int length = Math.min(script.length() - said, Math.min(max, script.piece()));
            said += length;
            reading = false;
            stream.data(allocator.buffer(length).writeZero(length), 0);
            stream.readComplete();
        } else if (script.fails()) {
            end();
            stream.failed(FarSocketListener.FarFailure.RESET, "reset by the script");
        } else if (!finSaid) {
            finSaid = true;
            reading = false;
            stream.endOfInput();
            stream.readComplete();
        } else {
            throw new AssertionError("a read behind the end of input");
        }
    }

    @Override
    public void write(ByteBuf bytes) {
        if (over) {
            bytes.release();
            return;
        }
        if (shutAsked) {
            throw new AssertionError("a write behind the half-close");
        }
        queue.add(bytes);
        unflushed += bytes.readableBytes();
    }

    @Override
    public void flush() {
        waiting += unflushed;
        unflushed = 0;
        takeLater();
    }

    @Override
    public void shutdownOutput() {
        if (shutAsked) {
            throw new AssertionError("a second half-close");
        }
        shutAsked = true;
        flush();
    }

    private void takeLater() {
        if (!taking && !over && (waiting > 0 || (shutAsked && !shut))) {
            taking = true;
            timers.schedule(script.pauseNanos(), this::take);
        }
    }

    private void take() {
        taking = false;
        FarSocketListener stream = listener;
        if (over || stream == null) {
            return;
        }
        events++;
        if (waiting > 0) {
            int length = Math.min(waiting, script.piece());
            waiting -= length;
            queue.drop(length);
            stream.written(length);
        } else {
            shut = true;
            stream.outputShut();
        }
        takeLater();
    }

    @Override
    public void close() {
        end();
    }

    @Override
    public void reset(long lingerMillis) {
        end();
    }

    private void end() {
        over = true;
        queue.clear();
        waiting = 0;
        unflushed = 0;
    }
}
