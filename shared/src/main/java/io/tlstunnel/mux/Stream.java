package io.tlstunnel.mux;

import io.netty.buffer.ByteBuf;
import io.tlstunnel.wire.Frame;
import io.tlstunnel.wire.ResetCode;
import io.tlstunnel.wire.StreamId;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * One public connection: an ordered, flow-controlled, two-way byte stream between a far socket at this end and one at
 * the other. Lives on its tunnel's thread.
 *
 * <p>Life: OPENING (opened, or accepted and not yet connected) → OPEN → FINISHED when both FINs are acknowledged; or →
 * RESETTING until RESET went both ways → FINISHED.
 */
public final class Stream implements FarSocketListener {

    private enum Phase {
        OPENING,
        OPEN,
        RESETTING,
        FINISHED
    }

    private final Tunnel tunnel;
    private final Scheduler scheduler;
    private final StreamId id;
    private final String proxy;
    private final long trace;
    private final SendSide send;
    private final ReceiveSide receive;
    private int channel;
    private Phase phase = Phase.OPENING;
    private @Nullable FarSocket far;
    private @Nullable ArrayDeque<ByteBuf> beforeFar;
    private @Nullable StreamListener listener;
    /** OPEN or OPENED, until it is written. */
    private @Nullable Frame greeting;

    private StreamOutcome.@Nullable Reset reset;
    private boolean resetSent;
    private boolean resetReceived;
    private boolean reading;
    private boolean inputSeen;
    private int deficit;

    /** Marks of the tunnel's lists, so that a stream stands in each at most once. */
    boolean inReady;

    boolean inPaused;
    boolean inUnacknowledged;

    private Stream(Tunnel tunnel, StreamId id, String proxy, long trace, SendSide send, ReceiveSide receive) {
        this.tunnel = tunnel;
        this.scheduler = tunnel.scheduler();
        this.id = id;
        this.proxy = proxy;
        this.trace = trace;
        this.send = send;
        this.receive = receive;
    }

    static Stream opening(Tunnel tunnel, OpenRequest request, SendSide send, ReceiveSide receive) {
        Stream stream = new Stream(tunnel, request.id(), request.proxy(), request.trace(), send, receive);
        // The channel is filled in when it is written: numbers rise on the wire.
        stream.greeting = new Frame.Open(
                0,
                request.id(),
                null,
                request.proxy(),
                request.revision(),
                request.source(),
                request.destination(),
                receive.allowed(),
                request.trace(),
                0);
        return stream;
    }

    static Stream opened(Tunnel tunnel, Frame.Open open, SendSide send, ReceiveSide receive) {
        Stream stream = new Stream(tunnel, open.stream(), open.proxy(), open.trace(), send, receive);
        stream.channel = open.channel();
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

    /** Bytes sent into the tunnel. */
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

    public boolean isFinished() {
        return phase == Phase.FINISHED;
    }

    /** Sets who is told of the end. Before the end. */
    public void listener(StreamListener newListener) {
        listener = newListener;
    }

    int channel() {
        return channel;
    }

    /** Opening side: connects the far socket. Reading from it starts. */
    public void attach(FarSocket socket) {
        if (phase == Phase.FINISHED || phase == Phase.RESETTING) {
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
        receive.tell();
        greeting = new Frame.Opened(channel, receive.allowed());
        scheduler.ready(this);
        connect(socket);
        wantRead();
        scheduler.turnEnded();
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
        if (phase == Phase.FINISHED || phase == Phase.RESETTING) {
            return;
        }
        resetBy(new StreamOutcome.Reset(code, reason, StreamOutcome.Side.THIS));
        releaseBeforeFar();
        if (far != null) {
            far.reset(0);
        }
        if (greeting instanceof Frame.Open) {
            finish(resetOutcome());
        } else {
            scheduler.turnEnded();
        }
    }

    /** The tunnel is gone and nothing replaces it: both sockets hear it, no frame is sent. */
    public void abandon(ResetCode code, String reason) {
        if (phase == Phase.FINISHED) {
            return;
        }
        if (far != null && phase != Phase.RESETTING) {
            far.reset(0);
        }
        finish(reset != null ? reset : new StreamOutcome.Reset(code, reason, StreamOutcome.Side.THIS));
    }

    private void resetBy(StreamOutcome.Reset outcome) {
        phase = Phase.RESETTING;
        reset = outcome;
        if (greeting instanceof Frame.Opened) {
            greeting = null;
        }
        scheduler.ready(this);
    }

    private StreamOutcome resetOutcome() {
        return reset != null ? reset : new StreamOutcome.Clean();
    }

    // ---- frames -----------------------------------------------------------------------------------------------------

    void onOpened(Frame.Opened opened) {
        if (phase == Phase.OPENING) {
            phase = Phase.OPEN;
        }
        send.window(0, opened.allowed());
        moved();
    }

    /** Takes over {@code bytes}. */
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
            scheduler.touched(far);
        } else {
            if (beforeFar == null) {
                beforeFar = new ArrayDeque<>(2);
            }
            beforeFar.addLast(bytes);
        }
    }

    void onFin() {
        if (phase == Phase.RESETTING) {
            return;
        }
        receive.fin();
        if (far != null) {
            far.shutdownOutput();
        }
    }

    void onWindow(long consumed, long allowed) {
        send.window(consumed, allowed);
        moved();
    }

    private void moved() {
        if (phase == Phase.RESETTING) {
            finishIfForgotten();
            return;
        }
        if (send.hasWork()) {
            scheduler.ready(this);
        }
        wantRead();
        finishIfDone();
    }

    void onReset(Frame.Reset frame) {
        resetReceived = true;
        if (phase != Phase.RESETTING) {
            send.dropUnsent();
            resetBy(new StreamOutcome.Reset(frame.code(), frame.reason(), StreamOutcome.Side.PEER));
            releaseBeforeFar();
            if (far != null) {
                far.reset(tunnel.settings().linger().toMillis());
            }
        } else if (resetSent) {
            finish(resetOutcome());
        }
    }

    // ---- the tunnel's turn ------------------------------------------------------------------------------------------

    /**
     * Writes what is due, at most {@code quantum} more bytes than the deficit lets it.
     *
     * @return whether more could be written now
     */
    boolean emit(FrameWriter writer, int quantum) {
        if (phase == Phase.FINISHED) {
            return false;
        }
        greet(writer);
        deficit += quantum;
        deficit -= send.emit(writer, channel, deficit, tunnel.settings().frameSize());
        boolean more = send.hasWork();
        if (phase == Phase.RESETTING) {
            if (!more) {
                emitReset(writer);
            }
            return more;
        }
        if (!more) {
            deficit = 0;
            wantRead();
            finishIfDone();
        }
        return more;
    }

    private void greet(FrameWriter writer) {
        Frame frame = greeting;
        if (frame == null) {
            return;
        }
        greeting = null;
        if (frame instanceof Frame.Open open) {
            channel = tunnel.takeChannel();
            tunnel.numbered(this);
            frame = new Frame.Open(
                    channel,
                    open.stream(),
                    open.session(),
                    open.proxy(),
                    open.revision(),
                    open.source(),
                    open.destination(),
                    open.allowed(),
                    open.trace(),
                    open.attempt());
        }
        writer.write(frame);
    }

    private void emitReset(FrameWriter writer) {
        if (resetSent || reset == null) {
            return;
        }
        send.dropUnsent();
        resetSent = true;
        writer.write(new Frame.Reset(channel, reset.code(), send.sent(), resetSide() ? reset.reason() : ""));
        if (resetReceived) {
            finish(reset);
        } else {
            finishIfForgotten();
        }
    }

    /** A RESET that crosses the peer's clean end is never answered: the peer has forgotten the channel. */
    private void finishIfForgotten() {
        if (resetSent && send.finAcknowledged() && receive.finished()) {
            finish(resetOutcome());
        }
    }

    private boolean resetSide() {
        return reset != null && reset.side() == StreamOutcome.Side.THIS;
    }

    /** Whether WINDOW should go out in this turn already. */
    boolean windowDue() {
        return phase != Phase.FINISHED && phase != Phase.RESETTING && receive.windowDue();
    }

    /** What to tell the peer, or null if it knows. */
    Frame.@Nullable Window takeWindow() {
        if (phase == Phase.FINISHED || phase == Phase.RESETTING || channel == 0 || !receive.windowPending()) {
            return null;
        }
        receive.tell();
        return new Frame.Window(channel, receive.toldConsumed(), receive.allowed());
    }

    boolean awaitsAcknowledgement() {
        return send.awaitsAcknowledgement();
    }

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
        tunnel.forget(this);
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

    // ---- the far socket ---------------------------------------------------------------------------------------------

    /** Asks the far socket for more when everything read is out and the peer allows more. */
    void wantRead() {
        if (far == null || reading || inputSeen || phase == Phase.RESETTING || phase == Phase.FINISHED) {
            return;
        }
        if (!send.isEmpty() || send.room() == 0 || !scheduler.mayRead(this)) {
            return;
        }
        reading = true;
        far.read(Math.min(tunnel.settings().frameSize(), send.room()));
    }

    @Override
    public void data(ByteBuf chunk, int headroom) {
        reading = false;
        if (phase == Phase.RESETTING || phase == Phase.FINISHED) {
            chunk.release();
            return;
        }
        send.offer(chunk, headroom);
        scheduler.ready(this);
    }

    @Override
    public void endOfInput() {
        reading = false;
        inputSeen = true;
        if (phase == Phase.RESETTING || phase == Phase.FINISHED) {
            return;
        }
        send.endOfInput();
        scheduler.ready(this);
    }

    @Override
    public void readComplete() {
        scheduler.turnEnded();
    }

    @Override
    public void written(int bytes) {
        if (phase == Phase.RESETTING || phase == Phase.FINISHED) {
            return;
        }
        receive.consumed(bytes);
        scheduler.consumed(this);
    }

    @Override
    public void outputShut() {
        if (phase == Phase.RESETTING || phase == Phase.FINISHED) {
            return;
        }
        receive.finConsumed();
        scheduler.consumed(this);
    }

    @Override
    public void failed(FarFailure failure, String reason) {
        ResetCode code = failure == FarFailure.RESET ? ResetCode.CONNECTION_RESET : ResetCode.INTERNAL;
        reset(code, reason);
    }
}
