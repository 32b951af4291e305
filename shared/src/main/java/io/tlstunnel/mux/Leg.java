package io.tlstunnel.mux;

import io.netty.buffer.ByteBuf;
import io.tlstunnel.wire.Frame;
import io.tlstunnel.wire.MalformedFrameException;
import io.tlstunnel.wire.ResumeAnswer;
import io.tlstunnel.wire.ResumeEntry;
import io.tlstunnel.wire.ResumedEntry;
import io.tlstunnel.wire.StreamState;
import java.util.ArrayDeque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One side of a channel that is passed on: its place on one tunnel or link, and what waits to be written there. It takes
 * turns as streams do, and holds what the other side was allowed to send, no more.
 */
public final class Leg extends ChannelEnd {

    private enum State {
        /** RESUME is due or sent, RESUMED has not come. */
        ASKING,
        /** RESUME has come, RESUMED is not written. */
        ANSWERING,
        PASSING,
        OVER
    }

    private final Relayed relayed;
    private final Channel channel;
    private final int frameSize;
    private final ArrayDeque<ByteBuf> queue = new ArrayDeque<>(2);
    private State state;
    /** What is written first: OPEN, but for its channel and how far the peer may send. */
    private Frame.@Nullable Open open;
    /** What the RESUME says that is due or was sent. */
    private @Nullable ResumeEntry asked;
    /** What the RESUMED says that is due. */
    private @Nullable ResumedEntry answer;

    private Frame.@Nullable Reset reset;
    private boolean resetWritten;
    private boolean openedDue;
    private boolean finDue;
    private boolean windowDue;
    private @Nullable Leg other;

    private Leg(Tunnel tunnel, Relayed relayed, State state) {
        this.relayed = relayed;
        this.state = state;
        this.channel = new Channel(tunnel, this);
        this.frameSize = tunnel.settings().frameSize();
    }

    /** Begins with OPEN, which is passed on. */
    static Leg opening(Tunnel tunnel, Relayed relayed, Frame.Open open) {
        Leg leg = new Leg(tunnel, relayed, State.PASSING);
        leg.open = open;
        return leg;
    }

    /** Begins with the peer's OPEN. */
    static Leg opened(Tunnel tunnel, Relayed relayed) {
        return new Leg(tunnel, relayed, State.PASSING);
    }

    /** Begins with RESUME, which is passed on. */
    static Leg asking(Tunnel tunnel, Relayed relayed, ResumeEntry entry) {
        Leg leg = new Leg(tunnel, relayed, State.ASKING);
        leg.asked = entry;
        return leg;
    }

    /** Begins with the peer's RESUME. */
    static Leg answering(Tunnel tunnel, Relayed relayed) {
        return new Leg(tunnel, relayed, State.ANSWERING);
    }

    Channel channel() {
        return channel;
    }

    /** Both legs of a channel: what comes on one is written on the other at the end of the turn. */
    public static void join(Leg one, Leg other) {
        one.other = other;
        other.other = one;
        one.wake();
        other.wake();
    }

    /** Whether nothing is passed on here any more. */
    public boolean isOver() {
        return state == State.OVER;
    }

    /** Whether its OPEN or RESUME is on the wire, or was the peer's. */
    public boolean isBegun() {
        return channel.number() != 0;
    }

    // ---- what is to be written --------------------------------------------------------------------------------------

    /** OPENED. */
    public void writeOpened() {
        openedDue = true;
        ready();
    }

    /** DATA. Takes over {@code bytes}. */
    public void write(ByteBuf bytes) {
        if (state == State.OVER) {
            bytes.release();
            return;
        }
        queue.addLast(bytes);
        ready();
    }

    /** FIN, behind what is queued. */
    public void writeFin() {
        finDue = true;
        ready();
    }

    /** RESET, behind what is queued and allowed. */
    public void write(Frame.Reset last) {
        reset = last;
        openedDue = false;
        ready();
    }

    /** WINDOW, with the offsets as they are then. */
    public void writeWindow() {
        windowDue = true;
        if (state == State.PASSING && channel.number() != 0) {
            scheduler().windowDue(channel);
            wake();
        }
    }

    /** RESUMED: the stream goes on here. How far the peer may send is told as it is then. */
    public void write(ResumedEntry goesOn) {
        answer = goesOn;
        scheduler().answer(channel);
        wake();
    }

    /** The peer lets more be written. */
    public void allowed() {
        ready();
    }

    /** The peer wants nothing any more that is queued. */
    public void dropQueue() {
        queue.forEach(ByteBuf::release);
        queue.clear();
        finDue = false;
        openedDue = false;
    }

    private void ready() {
        if (state == State.PASSING) {
            scheduler().ready(channel);
            wake();
        }
    }

    /** The other leg's tunnel has the turn: at its end this one writes. */
    private void wake() {
        if (other != null) {
            other.tunnel().wakes(tunnel());
        }
    }

    /** The channel is over at both sides: nothing is said. Idempotent. */
    public void forget() {
        if (state == State.OVER) {
            return;
        }
        state = State.OVER;
        dropQueue();
        channel.clear();
        tunnel().forget(channel);
    }

    /** The way on is lost, the stream is not: the peer hears DETACHED, unless RESET was the last word. */
    public void detach() {
        if (state == State.OVER) {
            return;
        }
        boolean answering = state == State.ANSWERING;
        boolean told = channel.number() != 0 && !resetWritten;
        forget();
        if (answering && answer != null) {
            scheduler()
                    .answer(new ResumedEntry(
                            answer.stream(),
                            channel.number(),
                            answer.attach(),
                            ResumeAnswer.UNREACHABLE,
                            0,
                            0,
                            new StreamState.Open()));
        } else if (told) {
            scheduler().left(channel.number());
        }
        wake();
    }

    /** The peer's RESUME leads nowhere now. */
    public void refuse(ResumeEntry entry, ResumeAnswer why, StreamState told) {
        if (state == State.OVER) {
            return;
        }
        forget();
        tunnel().answer(entry, why, told);
        wake();
    }

    private Tunnel tunnel() {
        return channel.tunnel();
    }

    private Scheduler scheduler() {
        return tunnel().scheduler();
    }

    // ---- frames that came -------------------------------------------------------------------------------------------

    @Override
    void onOpened(Frame.Opened opened) {
        requirePassing(opened.type().name());
        relayed.opened(opened.allowed());
    }

    @Override
    void onData(ByteBuf bytes) {
        try {
            requirePassing("DATA");
        } catch (MalformedFrameException e) {
            bytes.release();
            throw e;
        }
        relayed.data(bytes);
    }

    @Override
    void onFin() {
        requirePassing("FIN");
        relayed.fin();
    }

    @Override
    void onWindow(long consumed, long allowed) {
        requirePassing("WINDOW");
        relayed.window(consumed, allowed);
    }

    @Override
    void onReset(Frame.Reset frame) {
        requirePassing("RESET");
        relayed.reset(frame);
    }

    private void requirePassing(String what) {
        if (state != State.PASSING) {
            throw new MalformedFrameException(what + " on channel " + channel.number() + " before RESUMED");
        }
    }

    void onDetached() {
        relayed.detached();
    }

    /** The tunnel is gone. */
    void lost() {
        forget();
        relayed.lost();
    }

    @Override
    boolean awaits(ResumedEntry entry) {
        return state == State.ASKING
                && asked != null
                && entry.attach() == asked.attach()
                && entry.stream().equals(asked.stream());
    }

    void onResumed(ResumedEntry entry) {
        if (entry.answer() == ResumeAnswer.OK) {
            state = State.PASSING;
        } else {
            forget();
        }
        relayed.resumed(entry);
    }

    // ---- the tunnel's turn ------------------------------------------------------------------------------------------

    @Override
    int emit(FrameWriter writer, int max) {
        if (state != State.PASSING) {
            return 0;
        }
        greet(writer);
        int written = emitQueue(writer, max);
        if (finDue && queue.isEmpty()) {
            finDue = false;
            writer.write(new Frame.Fin(channel.number()));
            relayed.finWritten();
        }
        // What was written may have ended the other leg, and this one with it.
        if (state == State.PASSING) {
            emitReset(writer);
        }
        return written;
    }

    private void greet(FrameWriter writer) {
        Frame.Open first = open;
        if (first != null) {
            open = null;
            tunnel().number(channel);
            writer.write(new Frame.Open(
                    channel.number(),
                    first.stream(),
                    null,
                    first.proxy(),
                    first.revision(),
                    first.source(),
                    first.destination(),
                    relayed.allowed(),
                    first.trace(),
                    first.attempt()));
        }
        if (openedDue) {
            openedDue = false;
            writer.write(new Frame.Opened(channel.number(), relayed.allowed()));
        }
    }

    private int emitQueue(FrameWriter writer, int max) {
        int total = 0;
        ByteBuf first;
        while ((first = queue.peekFirst()) != null) {
            int length = Math.min(Math.min(first.readableBytes(), frameSize), Math.min(max - total, relayed.room()));
            if (length <= 0) {
                return total;
            }
            writer.writePassedOn(channel.number(), first, length);
            if (!first.isReadable()) {
                queue.removeFirst().release();
            }
            total += length;
            relayed.written(length);
        }
        return total;
    }

    private void emitReset(FrameWriter writer) {
        Frame.Reset last = reset;
        if (last == null || resetWritten || !(queue.isEmpty() || relayed.room() == 0)) {
            return;
        }
        // What the peer does not allow is dropped, as an end would do.
        long dropped = queue.stream().mapToLong(ByteBuf::readableBytes).sum();
        dropQueue();
        resetWritten = true;
        writer.write(new Frame.Reset(
                channel.number(), last.code(), Math.max(0, last.finalOffset() - dropped), last.reason()));
        relayed.resetWritten();
    }

    @Override
    boolean hasMore() {
        return state == State.PASSING && !queue.isEmpty() && relayed.room() > 0;
    }

    @Override
    boolean windowDue() {
        return windowDue;
    }

    @Override
    Frame.@Nullable Window takeWindow() {
        if (!windowDue || state != State.PASSING || channel.number() == 0 || resetWritten) {
            return null;
        }
        windowDue = false;
        return new Frame.Window(channel.number(), relayed.consumed(), relayed.allowed());
    }

    @Override
    void finishIfDone() {
        relayed.windowWritten();
    }

    @Override
    ResumeEntry resumeEntry() {
        ResumeEntry entry = Objects.requireNonNull(asked);
        return new ResumeEntry(
                entry.stream(),
                entry.session(),
                channel.number(),
                entry.attach(),
                entry.received(),
                relayed.allowed(),
                entry.state());
    }

    @Override
    ResumedEntry resumedEntry() {
        ResumedEntry entry = Objects.requireNonNull(answer);
        return new ResumedEntry(
                entry.stream(),
                channel.number(),
                entry.attach(),
                entry.answer(),
                entry.received(),
                relayed.allowed(),
                entry.state());
    }

    @Override
    void answered() {
        if (state != State.ANSWERING) {
            return;
        }
        state = State.PASSING;
        ready();
        if (windowDue) {
            scheduler().windowDue(channel);
        }
        relayed.answerWritten();
    }

    @Override
    boolean awaitsAcknowledgement() {
        // The ends ask: a relay keeps nothing that could be sent again.
        return false;
    }
}
