package io.tlstunnel.mux;

import io.netty.buffer.ByteBuf;
import io.tlstunnel.wire.Frame;
import io.tlstunnel.wire.ResetCode;
import io.tlstunnel.wire.ResumeAnswer;
import io.tlstunnel.wire.ResumeEntry;
import io.tlstunnel.wire.ResumedEntry;
import io.tlstunnel.wire.SessionRef;
import io.tlstunnel.wire.StreamId;
import io.tlstunnel.wire.StreamState;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * One public connection: an ordered, flow-controlled, two-way byte stream between a far socket at this end and one at
 * the other. Lives on the thread of the tunnel that it is on, or was on last; its owner moves it.
 *
 * <p>Life: OPENING (opened, or accepted and not yet connected) → OPEN → FINISHED when both FINs are acknowledged; or →
 * RESETTING until RESET went both ways → FINISHED. Beside that a stream is on a tunnel or suspended: all that comes from
 * the far socket then waits until it resumes.
 */
public final class Stream extends ChannelEnd implements FarSocketListener {
    private static final long NEVER = Long.MIN_VALUE;
    private static final String TOO_LATE = "no tunnel took it up in time";

    private enum Phase {
        OPENING,
        OPEN,
        RESETTING,
        FINISHED
    }

    /** How a stream stands to its tunnel. */
    private enum Attachment {
        /** It is on none. */
        SUSPENDED,
        /** RESUME is due or sent, RESUMED has not come. */
        ASKING,
        /** RESUME has come, RESUMED is not written. */
        ANSWERING,
        ATTACHED
    }

    /** What goes out on a new channel before all else. */
    private enum Greeting {
        NONE,
        OPEN,
        OPENED
    }

    private final StreamId id;
    private final String proxy;
    private final long trace;
    private final SendSide send;
    private final ReceiveSide receive;
    /** At the side that opened it, until the peer is known to know it. */
    private @Nullable OpenRequest request;

    private @Nullable SessionRef session;

    private TunnelSettings settings;
    private @Nullable Channel channel;
    private Attachment attachment = Attachment.SUSPENDED;
    private Greeting greeting = Greeting.NONE;
    private boolean openSent;
    private int attempt;
    private int attach;
    private long suspendedAt = NEVER;

    private Phase phase = Phase.OPENING;
    private @Nullable ResetHandshake reset;
    /** Whether its last RESUME or RESUMED told its reset. */
    private boolean resetTold;

    private boolean peerResetTold;

    private @Nullable StreamListener listener;
    private @Nullable Fallback fallback;
    private @Nullable FarSocket far;
    private @Nullable ArrayDeque<ByteBuf> beforeFar;
    private boolean reading;
    private boolean inputSeen;

    private Stream(StreamId id, String proxy, long trace, TunnelSettings settings, SendSide send, ReceiveSide receive) {
        this.id = id;
        this.proxy = proxy;
        this.trace = trace;
        this.settings = settings;
        this.send = send;
        this.receive = receive;
    }

    /** A stream that this side opens. */
    static Stream opening(OpenRequest request, TunnelSettings settings, MemoryBudget budget) {
        Stream stream = new Stream(
                request.id(),
                request.proxy(),
                request.trace(),
                settings,
                new SendSide(budget, settings.peerInitialWindow()),
                new ReceiveSide(budget, new Window(settings.windowMax()), 0));
        stream.request = request;
        stream.session = request.session();
        return stream;
    }

    /** A stream that the peer opened. */
    static Stream opened(Frame.Open open, TunnelSettings settings, MemoryBudget budget) {
        ReceiveSide receive = new ReceiveSide(budget, new Window(settings.windowMax()), settings.ownInitialWindow());
        Stream stream = new Stream(
                open.stream(), open.proxy(), open.trace(), settings, new SendSide(budget, open.allowed()), receive);
        stream.attempt = open.attempt();
        return stream;
    }

    public StreamId id() {
        return id;
    }

    public String proxy() {
        return proxy;
    }

    public long trace() {
        return trace;
    }

    /** Whose it is, where it was opened; null at its other end, and on a single node. */
    public @Nullable SessionRef session() {
        return session;
    }

    /** Bytes sent into the tunnel; what is sent again counts once. */
    public long bytesSent() {
        return send.bytes();
    }

    /** Bytes that came out of the tunnel. */
    public long bytesReceived() {
        return receive.bytes();
    }

    /** Bytes held for this stream, both ways. */
    public long held() {
        return send.held() + receive.held();
    }

    /** Bytes of the budget taken for it, both ways. On its thread. */
    public int reserved() {
        return send.reserved() + receive.reserved();
    }

    public boolean isFinished() {
        return phase == Phase.FINISHED;
    }

    /** Whether it is on no tunnel and waits for one. */
    public boolean isSuspended() {
        return phase != Phase.FINISHED && attachment == Attachment.SUSPENDED;
    }

    /** Whether it has asked to go on, or is about to, and has no answer yet. */
    public boolean isAsking() {
        return attachment == Attachment.ASKING;
    }

    /** Whether the peer may not know of it, so that it goes on by another OPEN, not by RESUME. */
    public boolean isUnanswered() {
        return phase == Phase.OPENING && request != null;
    }

    /** When it lost its tunnel, by the tunnel's clock; asking in vain does not change it. Only before it goes on. */
    public long suspendedAtNanos() {
        return suspendedAt;
    }

    /** Whether it has lost its tunnel and not gone on since, though it may have asked to. */
    public boolean isWaiting() {
        return phase != Phase.FINISHED && suspendedAt != NEVER;
    }

    /** Ends the stream if it still waits to go on. */
    public void expire() {
        if (!isWaiting()) {
            return;
        }
        if (phase == Phase.OPEN && receive.isDelivered() && send.isAllSent()) {
            // Only its peer's last word was lost: a peer that missed anything would have asked.
            finish(new StreamOutcome.Clean());
        } else if (number() != 0) {
            // It has just asked, or was opened again: the peer may go on with it, and has to hear.
            reset(ResetCode.RESUME_TIMEOUT, TOO_LATE);
        } else {
            abandon(ResetCode.RESUME_TIMEOUT, TOO_LATE);
        }
    }

    /** Attach number of its channel; 0 while that is OPEN's. */
    public int attachNumber() {
        return attach;
    }

    /** Number of the OPEN that was sent or came last, from 0 on. */
    public int attempt() {
        return attempt;
    }

    /** The peer asked for it again by an OPEN with that number. */
    public void askedAgain(int newAttempt) {
        attempt = newAttempt;
    }

    /** Sets who is told of the end. Before the end. */
    public void listener(StreamListener newListener) {
        listener = newListener;
    }

    /** Sets who may open another stream in its place, should the peer not reach the service. */
    public void fallback(Fallback newFallback) {
        fallback = newFallback;
    }

    /**
     * Makes the stream that takes the place of this one, which is unanswered: it gets the far socket, and all that came from
     * there. It is suspended; whoever calls has the far socket tell it from now on. This one has nobody to tell of its end
     * but its listener.
     */
    public Stream handOver(OpenRequest next, long nowNanos) {
        if (!isUnanswered()) {
            throw new IllegalStateException("stream " + id + " may have been delivered");
        }
        Stream heir =
                new Stream(next.id(), next.proxy(), next.trace(), settings, send.handOver(), receive.another(settings));
        heir.request = next;
        heir.session = next.session();
        heir.far = far;
        heir.reading = reading;
        heir.inputSeen = inputSeen;
        far = null;
        reading = false;
        heir.leave(nowNanos);
        return heir;
    }

    /**
     * No relay has passed this stream on, so that another one may take its place; then it ends.
     *
     * @return false if there is none: it still waits
     */
    public boolean givenBack(ResetCode code, String reason) {
        if (fallback == null || !isUnanswered() || !fallback.givenBack(this, code)) {
            return false;
        }
        abandon(code, reason);
        return true;
    }

    /** The far socket, or null while it is being connected. */
    public @Nullable FarSocket far() {
        return far;
    }

    /** Puts another object in the place of the far socket: the same socket as seen from another thread. */
    public void replaceFar(FarSocket same) {
        far = same;
    }

    /** Opening side: connects the far socket. Reading from it starts. */
    public void attach(FarSocket socket) {
        if (isEnding()) {
            socket.reset(0);
            return;
        }
        connect(socket);
        wantRead();
    }

    /** Accepting side: the far socket is connected; OPENED is sent and what came meanwhile is delivered. */
    public void accept(FarSocket socket) {
        if (phase != Phase.OPENING) {
            socket.reset(0);
            return;
        }
        phase = Phase.OPEN;
        // After a resume RESUME has said it already.
        if (attach == 0 && attachment == Attachment.ATTACHED) {
            greeting = Greeting.OPENED;
            ready();
        }
        connect(socket);
        wantRead();
        turnEnded();
    }

    private void connect(FarSocket socket) {
        far = socket;
        ArrayDeque<ByteBuf> waiting = beforeFar;
        if (waiting != null) {
            beforeFar = null;
            waiting.forEach(socket::write);
            socket.flush();
        }
        if (receive.finReceived()) {
            socket.shutdownOutput();
        }
    }

    /** Ends the stream abruptly. Does nothing if it is ending that way already. */
    public void reset(ResetCode code, String reason) {
        if (isEnding()) {
            return;
        }
        resetBy(new StreamOutcome.Reset(code, reason, StreamOutcome.Side.THIS));
        if (far != null) {
            far.reset(0);
        }
        if (nobodyToTell()) {
            finish(outcome());
        } else {
            turnEnded();
        }
    }

    /** The peer does not know of the stream, or will hear its end when it asks. */
    private boolean nobodyToTell() {
        return greeting == Greeting.OPEN || (attachment == Attachment.SUSPENDED && request != null);
    }

    /** Ends a stream whose session is over: by RESET where a relay has to hear of it, else as {@link #abandon} does. */
    public void end(ResetCode code, String reason) {
        if (channel != null && channel.tunnel().isLink()) {
            reset(code, reason);
        } else {
            abandon(code, reason);
        }
    }

    /** Nothing replaces the tunnel: both sockets hear it, no frame is sent. */
    public void abandon(ResetCode code, String reason) {
        if (phase == Phase.FINISHED) {
            return;
        }
        if (far != null && phase != Phase.RESETTING) {
            far.reset(0);
        }
        finish(reset != null ? reset.outcome() : new StreamOutcome.Reset(code, reason, StreamOutcome.Side.THIS));
    }

    private void resetBy(StreamOutcome.Reset outcome) {
        phase = Phase.RESETTING;
        reset = new ResetHandshake(outcome);
        if (greeting == Greeting.OPENED) {
            greeting = Greeting.NONE;
        }
        releaseBeforeFar();
        ready();
    }

    private boolean isEnding() {
        return phase == Phase.RESETTING || phase == Phase.FINISHED;
    }

    private StreamOutcome outcome() {
        return reset != null ? reset.outcome() : new StreamOutcome.Clean();
    }

    // ---- from one tunnel to the next --------------------------------------------------------------------------------

    @Nullable
    Channel currentChannel() {
        return channel;
    }

    private int number() {
        return channel == null ? 0 : channel.number();
    }

    /** Goes onto a tunnel by OPEN: the first time, or again with the next number if one was sent before. */
    void open(Channel on, TunnelSettings newSettings) {
        enter(on, newSettings, Attachment.ATTACHED);
        if (openSent) {
            attempt++;
        }
        send.restart(newSettings.peerInitialWindow());
        greeting = Greeting.OPEN;
        ready();
    }

    /** The peer's OPEN brought it. */
    void openedOn(Channel on) {
        enter(on, settings, Attachment.ATTACHED);
    }

    /** Goes onto a tunnel by asking for it: RESUME follows. */
    void ask(Channel on, TunnelSettings newSettings) {
        enter(on, newSettings, Attachment.ASKING);
    }

    /** Goes onto a tunnel because the peer asks so: RESUMED follows. */
    void answer(Channel on, TunnelSettings newSettings, ResumeEntry entry) {
        send.resume(entry.received(), entry.allowed());
        attach = entry.attach();
        known();
        peerIs(entry.state());
        enter(on, newSettings, Attachment.ANSWERING);
    }

    private void enter(Channel on, TunnelSettings newSettings, Attachment as) {
        channel = on;
        settings = newSettings;
        attachment = as;
    }

    /** The peer knows the stream. */
    private void known() {
        if (request == null) {
            return;
        }
        request = null;
        greeting = Greeting.NONE;
        suspendedAt = NEVER;
        if (phase == Phase.OPENING) {
            phase = Phase.OPEN;
        }
    }

    /** Whether RESET was sent on its channel. */
    boolean hasSentReset() {
        return reset != null && reset.isSent();
    }

    /** Leaves its tunnel. Nothing that comes on that channel counts from here on. */
    void leave(long nowNanos) {
        flushFar();
        if (channel != null) {
            channel.clear();
        }
        channel = null;
        attachment = Attachment.SUSPENDED;
        if (greeting == Greeting.OPENED) {
            greeting = Greeting.NONE;
        }
        if (suspendedAt == NEVER) {
            suspendedAt = nowNanos;
        }
    }

    /** Its entry in a RESUME that is being written, on a channel that has its number now. */
    @Override
    ResumeEntry resumeEntry() {
        beforeResume();
        attach++;
        return new ResumeEntry(id, null, number(), attach, receive.received(), receive.allowed(), tellState());
    }

    /** Its entry in a RESUMED that is being written. */
    @Override
    ResumedEntry resumedEntry() {
        beforeResume();
        return new ResumedEntry(
                id, number(), attach, ResumeAnswer.OK, receive.received(), receive.allowed(), tellState());
    }

    private void beforeResume() {
        receive.resume();
        if (reset != null) {
            send.dropUnsent();
            reset.sendAgain();
        }
    }

    /** What RESUME or RESUMED tells now. */
    private StreamState tellState() {
        resetTold = reset != null;
        if (reset != null) {
            return new StreamState.Reset(reset.outcome().code(), send.bytes());
        }
        return receive.finReceived() ? new StreamState.FinReceived() : new StreamState.Open();
    }

    /** Its RESUMED is written: the stream goes on. */
    @Override
    void answered() {
        if (attachment == Attachment.ANSWERING) {
            goOn();
        }
    }

    /** The answer to its RESUME; UNREACHABLE is its tunnel's. */
    void onResumed(ResumedEntry entry) {
        switch (entry.answer()) {
            case OK -> {
                send.resume(entry.received(), entry.allowed());
                peerIs(entry.state());
                goOn();
            }
            case ENDED -> finish(outcome());
            case RESET -> endedBy((StreamState.Reset) entry.state());
            case GONE -> abandon(ResetCode.SESSION_ENDED, "the node does not know this stream any more");
            case UNREACHABLE -> throw new IllegalStateException("the tunnel's to handle");
        }
    }

    /** Whether that is the answer it waits for. */
    @Override
    boolean awaits(ResumedEntry entry) {
        return attachment == Attachment.ASKING
                && entry.attach() == attach
                && entry.stream().equals(id);
    }

    private void peerIs(StreamState state) {
        peerResetTold = state instanceof StreamState.Reset;
        if (peerResetTold && reset != null) {
            reset.received();
        }
    }

    private void endedBy(StreamState.Reset state) {
        if (phase != Phase.RESETTING) {
            resetBy(new StreamOutcome.Reset(state.code(), "it ended while it was suspended", StreamOutcome.Side.PEER));
            resetFarLingering();
        }
        finish(outcome());
    }

    private void goOn() {
        attachment = Attachment.ATTACHED;
        suspendedAt = NEVER;
        if (reset != null && resetTold && (reset.isReceived() || peerResetTold)) {
            // Both have told their reset in RESUME and RESUMED, and this end may not have had one yet when RESUME came.
            finish(outcome());
            return;
        }
        if (receive.windowPending()) {
            scheduler().consumed(channel());
        }
        ready();
        wantRead();
    }

    // ---- frames -----------------------------------------------------------------------------------------------------

    @Override
    void onOpened(Frame.Opened opened) {
        known();
        send.window(0, opened.allowed());
        moved();
    }

    /** Takes over {@code bytes}. */
    @Override
    void onData(ByteBuf bytes) {
        if (phase == Phase.RESETTING) {
            bytes.release();
            return;
        }
        try {
            receive.data(bytes.readableBytes());
        } catch (RuntimeException e) {
            bytes.release();
            throw e;
        }
        if (far != null) {
            far.write(bytes);
            scheduler().touched(channel());
        } else {
            if (beforeFar == null) {
                beforeFar = new ArrayDeque<>(2);
            }
            beforeFar.addLast(bytes);
        }
    }

    @Override
    void onFin() {
        if (phase == Phase.RESETTING) {
            return;
        }
        receive.fin();
        if (far != null) {
            far.shutdownOutput();
        }
    }

    @Override
    void onWindow(long consumed, long allowed) {
        known();
        send.window(consumed, allowed);
        moved();
    }

    private void moved() {
        if (send.hasWork()) {
            ready();
        }
        if (phase == Phase.RESETTING) {
            finishIfForgotten();
            return;
        }
        wantRead();
        finishIfDone();
    }

    @Override
    void onReset(Frame.Reset frame) {
        if (reset == null) {
            if (fallback != null && isUnanswered() && isUndelivered(frame.code())) {
                fallback.givenBack(this, frame.code());
            }
            send.dropUnsent();
            resetBy(new StreamOutcome.Reset(frame.code(), frame.reason(), StreamOutcome.Side.PEER));
            resetFarLingering();
        }
        ResetHandshake handshake = reset;
        if (handshake != null) {
            handshake.received();
            if (handshake.isDone()) {
                finish(outcome());
            } else {
                // Its own RESET waits for a window that will not come any more.
                ready();
            }
        }
    }

    /** Codes of a client that has not connected the service. */
    private static boolean isUndelivered(ResetCode code) {
        return switch (code) {
            case SERVICE_REFUSED, SERVICE_UNREACHABLE, LIMIT -> true;
            default -> false;
        };
    }

    private void resetFarLingering() {
        if (far != null) {
            far.reset(settings.linger().toMillis());
        }
    }

    // ---- the tunnel's turn ------------------------------------------------------------------------------------------

    /**
     * Writes what is due, at most {@code max} bytes of payload.
     *
     * @return bytes of payload written
     */
    @Override
    int emit(FrameWriter writer, int max) {
        Channel on = channel;
        if (on == null || attachment != Attachment.ATTACHED || phase == Phase.FINISHED) {
            return 0;
        }
        greet(on, writer);
        int written = send.emit(writer, on.number(), max, settings.frameSize());
        if (reset != null) {
            emitReset(reset, on, writer);
        } else if (!send.hasWork()) {
            wantRead();
            finishIfDone();
        }
        return written;
    }

    /** Whether {@link #emit} would write more now. */
    @Override
    boolean hasMore() {
        return attachment == Attachment.ATTACHED && phase != Phase.FINISHED && send.hasWork();
    }

    private void greet(Channel on, FrameWriter writer) {
        switch (greeting) {
            case OPEN -> writer.write(openFrame(on));
            case OPENED -> writer.write(new Frame.Opened(on.number(), receive.allowed()));
            case NONE -> {}
        }
        greeting = Greeting.NONE;
    }

    private Frame.Open openFrame(Channel on) {
        OpenRequest what = request;
        if (what == null) {
            throw new IllegalStateException("OPEN without a request");
        }
        on.tunnel().number(on);
        openSent = true;
        return new Frame.Open(
                on.number(),
                id,
                on.tunnel().isLink() ? what.session() : null,
                proxy,
                what.revision(),
                what.source(),
                what.destination(),
                receive.allowed(),
                trace,
                attempt);
    }

    private void emitReset(ResetHandshake handshake, Channel on, FrameWriter writer) {
        // What was sent is sent again before RESET; but nobody waits for it who has reset the stream as well.
        boolean due = handshake.isReceived() || (send.isCaughtUp() && !send.hasWork());
        if (handshake.isSent() || !due) {
            return;
        }
        send.dropUnsent();
        handshake.sent();
        writer.write(new Frame.Reset(on.number(), handshake.outcome().code(), send.bytes(), handshake.reasonForPeer()));
        if (handshake.isDone()) {
            finish(outcome());
        } else {
            finishIfForgotten();
        }
    }

    /**
     * A RESET that crosses the peer's clean end is never answered, for the peer has forgotten the channel. It may have if
     * each side has taken all of the other's; and if it has not, RESET alone ends it.
     */
    private void finishIfForgotten() {
        if (reset != null && reset.isSent() && send.finAcknowledged() && receive.isDelivered()) {
            if (channel != null) {
                channel.tunnel().unheard(channel.number());
            }
            finish(outcome());
        }
    }

    /** Whether WINDOW should go out in this turn already. */
    @Override
    boolean windowDue() {
        return !isEnding() && receive.windowDue();
    }

    /** What to tell the peer, or null if it knows. */
    @Override
    Frame.@Nullable Window takeWindow() {
        if (isEnding() || number() == 0 || attachment != Attachment.ATTACHED || !receive.windowPending()) {
            return null;
        }
        Flight flight = scheduler().flight();
        receive.tell(channel().tunnel().nanoTime(), flight.roundTrip(), flight.isLong());
        return new Frame.Window(number(), receive.toldConsumed(), receive.allowed());
    }

    @Override
    boolean awaitsAcknowledgement() {
        return send.awaitsAcknowledgement();
    }

    @Override
    void finishIfDone() {
        if (phase == Phase.OPEN && send.finAcknowledged() && receive.finished()) {
            finish(new StreamOutcome.Clean());
        }
    }

    private void finish(StreamOutcome outcome) {
        if (phase == Phase.FINISHED) {
            return;
        }
        phase = Phase.FINISHED;
        send.release();
        receive.release();
        releaseBeforeFar();
        if (far != null && outcome instanceof StreamOutcome.Clean) {
            far.close();
        }
        Channel last = channel;
        if (last != null) {
            channel = null;
            last.clear();
            last.tunnel().forget(last);
        }
        if (listener != null) {
            listener.finished(this, outcome);
        }
    }

    private void releaseBeforeFar() {
        if (beforeFar != null) {
            beforeFar.forEach(ByteBuf::release);
            beforeFar = null;
        }
    }

    private Channel channel() {
        if (channel == null) {
            throw new IllegalStateException("stream " + id + " is on no tunnel");
        }
        return channel;
    }

    private Scheduler scheduler() {
        return channel().tunnel().scheduler();
    }

    private void ready() {
        if (channel != null) {
            scheduler().ready(channel);
        }
    }

    private void turnEnded() {
        if (channel != null) {
            scheduler().turnEnded();
        }
    }

    // ---- the far socket ---------------------------------------------------------------------------------------------

    /** Hands what was written to the far socket to the kernel. */
    void flushFar() {
        if (far != null && !isEnding()) {
            far.flush();
        }
    }

    /** Asks the far socket for more when everything read is out and the peer allows more. */
    void wantRead() {
        if (far == null || reading || inputSeen || isEnding() || attachment != Attachment.ATTACHED) {
            return;
        }
        if (!send.isEmpty() || send.room() == 0 || !scheduler().mayRead(channel())) {
            return;
        }
        reading = true;
        far.read(Math.min(settings.frameSize(), send.room()));
    }

    @Override
    public void data(ByteBuf chunk, int headroom) {
        reading = false;
        if (isEnding()) {
            chunk.release();
            return;
        }
        send.offer(chunk, headroom);
        ready();
    }

    @Override
    public void endOfInput() {
        reading = false;
        inputSeen = true;
        if (isEnding()) {
            return;
        }
        send.endOfInput();
        ready();
    }

    @Override
    public void readComplete() {
        turnEnded();
    }

    @Override
    public void written(int bytes) {
        if (isEnding()) {
            return;
        }
        receive.consumed(bytes);
        consumed();
    }

    @Override
    public void outputShut() {
        if (isEnding()) {
            return;
        }
        receive.finConsumed();
        consumed();
    }

    private void consumed() {
        if (attachment == Attachment.ATTACHED) {
            scheduler().consumed(channel());
        }
    }

    @Override
    public void failed(FarFailure failure, String reason) {
        ResetCode code = failure == FarFailure.RESET ? ResetCode.CONNECTION_RESET : ResetCode.INTERNAL;
        reset(code, reason);
    }
}
