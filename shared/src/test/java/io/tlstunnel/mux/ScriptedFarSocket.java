package io.tlstunnel.mux;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.tlstunnel.mux.FarSocketListener.FarFailure;
import java.util.SplittableRandom;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A far socket in virtual time that follows a script, and the program behind it: says so many bytes in its own pace,
 * takes what it gets in its own pace, and checks every byte of it. Calls its listener from tasks of its own only.
 */
final class ScriptedFarSocket implements FarSocket {

    /** How the program behind the socket ends its side. */
    enum Ending {
        FIN,
        RESET,
        /** It waits for the other side's reset. */
        NONE
    }

    /**
     * What the program does.
     *
     * @param seed of the bytes that it says
     * @param length bytes that it says
     * @param peerSeed of the bytes that it expects
     * @param maxPauseNanos longest pause before it says or takes anything
     * @param maxPiece most that it says or takes at a time
     */
    record Script(long seed, long length, Ending ending, long peerSeed, long maxPauseNanos, int maxPiece) {}

    private final ManualTimers timers;
    private final ByteBufAllocator allocator;
    private final SplittableRandom random;
    private final Script script;
    private final TakenBytes queued = new TakenBytes();
    private @Nullable FarSocketListener listener;
    private LongConsumer consumedTold = total -> {};
    private long said;
    private long heard;
    private long consumed;
    private int unflushed;
    private int waiting;
    private int headroom;
    private boolean taking;
    private boolean stalled;
    private boolean readPending;
    private boolean finSaid;
    private boolean shutAsked;
    private boolean finHeard;
    private boolean over;
    private boolean closed;
    private boolean wasReset;
    private boolean failed;

    ScriptedFarSocket(ManualTimers timers, ByteBufAllocator allocator, SplittableRandom random, Script script) {
        this.timers = timers;
        this.allocator = allocator;
        this.random = random;
        this.script = script;
    }

    /** Who is told what the socket does; before it is given to a stream. */
    void start(FarSocketListener newListener) {
        listener = newListener;
    }

    boolean isStarted() {
        return listener != null;
    }

    /** Told the bytes taken so far (FIN counts one), each time before the stream is. */
    void onConsumed(LongConsumer told) {
        consumedTold = told;
    }

    /** Stops taking, or goes on. */
    void stall(boolean stop) {
        stalled = stop;
        takeLater();
    }

    long said() {
        return said;
    }

    long heard() {
        return heard;
    }

    /** Bytes that came and were not taken. */
    int waiting() {
        return waiting;
    }

    boolean finSaid() {
        return finSaid;
    }

    boolean finHeard() {
        return finHeard;
    }

    /** Whether it is closed, reset or failed. */
    boolean isOver() {
        return over;
    }

    boolean isClosed() {
        return closed;
    }

    boolean wasReset() {
        return wasReset;
    }

    /** Whether the program broke the connection off. */
    boolean hasFailed() {
        return failed;
    }

    static byte byteAt(long seed, long offset) {
        return (byte) (seed * 131 + offset * 7 + (offset >>> 8) * 13 + (offset >>> 16));
    }

    // ---- input ------------------------------------------------------------------------------------------------------

    @Override
    public void read(int max) {
        if (max < 1 || readPending) {
            throw new AssertionError(readPending ? "a second read" : "a read of " + max);
        }
        if (over) {
            return;
        }
        readPending = true;
        pause(() -> answer(max));
    }

    private void answer(int max) {
        if (over || listener == null) {
            return;
        }
        if (said < script.length()) {
            readPending = false;
            int length = (int) Math.min(script.length() - said, 1 + random.nextInt(Math.min(max, script.maxPiece())));
            listener.data(chunk(length), headroom);
            listener.readComplete();
        } else if (script.ending() == Ending.FIN && !finSaid) {
            readPending = false;
            finSaid = true;
            listener.endOfInput();
            listener.readComplete();
        } else if (script.ending() == Ending.RESET) {
            fail();
        }
    }

    private ByteBuf chunk(int length) {
        headroom = random.nextBoolean() ? 32 : 0;
        ByteBuf chunk = allocator.buffer(headroom + length).setIndex(headroom, headroom);
        for (int i = 0; i < length; i++) {
            chunk.writeByte(byteAt(script.seed(), said++));
        }
        return chunk;
    }

    /** The program breaks the connection off. */
    void fail() {
        if (over || listener == null) {
            return;
        }
        failed = true;
        end();
        listener.failed(FarFailure.RESET, "reset by the script");
    }

    // ---- output -----------------------------------------------------------------------------------------------------

    @Override
    public void write(ByteBuf bytes) {
        if (over) {
            bytes.release();
            return;
        }
        if (shutAsked) {
            throw new AssertionError("a write after the half-close");
        }
        for (int i = bytes.readerIndex(); i < bytes.writerIndex(); i++) {
            if (bytes.getByte(i) != byteAt(script.peerSeed(), heard)) {
                throw new AssertionError("another byte than was sent at offset " + heard);
            }
            heard++;
        }
        queued.add(bytes);
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
        takeLater();
    }

    private void takeLater() {
        boolean finDue = shutAsked && !finHeard;
        if (!taking && !stalled && !over && (waiting > 0 || finDue)) {
            taking = true;
            pause(this::take);
        }
    }

    private void take() {
        taking = false;
        if (over || stalled || listener == null) {
            return;
        }
        if (waiting > 0) {
            int length = 1 + random.nextInt(Math.min(waiting, script.maxPiece()));
            waiting -= length;
            consumed += length;
            queued.drop(length);
            consumedTold.accept(consumed);
            listener.written(length);
        } else {
            finHeard = true;
            consumed++;
            consumedTold.accept(consumed);
            listener.outputShut();
        }
        takeLater();
    }

    // ---- the end ----------------------------------------------------------------------------------------------------

    @Override
    public void close() {
        closed = true;
        end();
    }

    @Override
    public void reset(long lingerMillis) {
        if (!closed) {
            wasReset = true;
        }
        end();
    }

    private void end() {
        over = true;
        queued.clear();
        waiting = 0;
        unflushed = 0;
    }

    private void pause(Runnable task) {
        timers.schedule(random.nextLong(script.maxPauseNanos() + 1), task);
    }
}
