package io.tlstunnel.mux;

import io.netty.buffer.ByteBuf;
import io.tlstunnel.wire.Frame;
import io.tlstunnel.wire.FrameDecoder;
import io.tlstunnel.wire.FrameSink;
import io.tlstunnel.wire.GoAwayCode;
import io.tlstunnel.wire.MalformedFrameException;
import io.tlstunnel.wire.ResetCode;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One transport connection after its handshake, and the streams on it. Everything is called on one thread; the caller
 * makes the carrier and the decoder deliver to this tunnel.
 */
public final class Tunnel implements CarrierListener, FrameSink, KeepAlive.Host {

    /** Near the end of 31 bits of channel numbers no new stream is opened: a new tunnel is due. */
    private static final int LAST_CHANNEL = Integer.MAX_VALUE - 2;

    private final Carrier carrier;
    private final Timers timers;
    private final TunnelSettings settings;
    private final MemoryBudget budget;
    private final FrameDecoder decoder;
    private final TunnelListener listener;
    private final Scheduler scheduler;
    private final KeepAlive keepAlive;
    private final ChannelTable channels = new ChannelTable();
    /** Streams whose OPEN is not written yet: they have no channel. */
    private final Set<Stream> unnumbered = new LinkedHashSet<>();

    private int peerStreams;
    private int nextChannel;
    private int highestPeerChannel;
    private long lastPing;
    private boolean drained;
    private boolean closing;
    private boolean closed;

    public Tunnel(
            Carrier carrier,
            Timers timers,
            TunnelSettings settings,
            MemoryBudget budget,
            FrameDecoder decoder,
            TunnelListener listener) {
        this.carrier = carrier;
        this.timers = timers;
        this.settings = settings;
        this.budget = budget;
        this.decoder = decoder;
        this.listener = listener;
        this.scheduler = new Scheduler(carrier, timers, () -> dead("the peer asks without reading the answers"));
        this.nextChannel = settings.role() == TunnelSettings.Role.DIALLED ? 1 : 2;
        this.keepAlive = new KeepAlive(timers, settings.pingInterval(), settings.deadAfter(), this);
    }

    /** Streams on it now. */
    public int streams() {
        return channels.size() + unnumbered.size();
    }

    /** Whether new streams may be opened on it. */
    public boolean isOpen() {
        return !closing && !closed && !drained;
    }

    /** Opens a stream; its OPEN goes out at the end of the turn. Only while {@link #isOpen}. */
    public Stream open(OpenRequest request) {
        if (!isOpen()) {
            throw new IllegalStateException("the tunnel takes no new streams");
        }
        Stream stream = Stream.opening(
                this,
                request,
                new SendSide(budget, settings.peerInitialWindow()),
                new ReceiveSide(budget, settings.window()));
        unnumbered.add(stream);
        scheduler.ready(stream);
        return stream;
    }

    /** Sends a frame on channel 0, before any stream's. */
    public void send(Frame control) {
        scheduler.control(control);
        scheduler.pump();
    }

    /** Asks for a round trip; {@link TunnelListener#roundTrip} tells it. */
    @Override
    public void ping() {
        lastPing = timers.nanoTime();
        send(new Frame.Ping(lastPing));
    }

    /** No new streams from here on; those that run go on. {@code goAway} tells the peer so. */
    public void drain(Frame.GoAway goAway) {
        drained = true;
        send(goAway);
    }

    /** Says {@code goAway} and closes after it. What becomes of streams is decided in {@link TunnelListener#closed}. */
    public void close(Frame.GoAway goAway) {
        if (closing || closed) {
            return;
        }
        closing = true;
        scheduler.control(goAway);
        scheduler.lastWords();
        carrier.close();
    }

    // ---- from the carrier -------------------------------------------------------------------------------------------

    @Override
    public void received(ByteBuf bytes) {
        if (closing || closed) {
            bytes.release();
            return;
        }
        keepAlive.heard();
        try {
            decoder.feed(bytes);
        } catch (MalformedFrameException e) {
            close(new Frame.GoAway(GoAwayCode.PROTOCOL, "", String.valueOf(e.getMessage()), 0));
        }
    }

    @Override
    public void readComplete() {
        scheduler.turnEnded();
    }

    @Override
    public void writable() {
        scheduler.writable();
    }

    @Override
    public void closed(String reason) {
        if (closed) {
            return;
        }
        closed = true;
        keepAlive.stop();
        scheduler.stop();
        decoder.close();
        List<Stream> streams = channels.toList();
        streams.addAll(unnumbered);
        listener.closed(reason, streams);
    }

    @Override
    public boolean dataWaits() {
        // Asked once a second, and only of a tunnel that hears nothing new.
        return channels.toList().stream().anyMatch(Stream::awaitsAcknowledgement);
    }

    @Override
    public void dead(String reason) {
        closing = true;
        carrier.abort();
        closed(reason);
    }

    // ---- from the decoder -------------------------------------------------------------------------------------------

    @Override
    public void frame(Frame frame) {
        if (closing || closed) {
            release(frame);
            return;
        }
        switch (frame.type()) {
            case DATA -> data((Frame.Data) frame);
            case WINDOW -> window((Frame.Window) frame);
            case WINDOWS -> ((Frame.Windows) frame).windows().forEach(this::window);
            case OPEN -> opened((Frame.Open) frame);
            case OPENED -> on((Frame.OnChannel) frame, stream -> stream.onOpened((Frame.Opened) frame));
            case FIN -> on((Frame.OnChannel) frame, Stream::onFin);
            case RESET -> on((Frame.OnChannel) frame, stream -> stream.onReset((Frame.Reset) frame));
            case DETACHED ->
                on((Frame.OnChannel) frame, stream -> stream.abandon(ResetCode.SESSION_ENDED, "detached by the peer"));
            case DATAGRAM -> release(frame);
            case PING -> scheduler.pong(new Frame.Pong(((Frame.Ping) frame).opaque()));
            case PONG -> ponged((Frame.Pong) frame);
            case GOAWAY -> listener.goAway((Frame.GoAway) frame);
            case REGISTER, REGISTERED, RESUME, RESUMED -> listener.control(frame);
            case HELLO, CHALLENGE, PROOF, WELCOME ->
                throw new MalformedFrameException(frame.type() + " after the handshake");
        }
    }

    private void data(Frame.Data frame) {
        Stream stream;
        try {
            stream = find(frame.channel());
        } catch (MalformedFrameException e) {
            frame.payload().release();
            throw e;
        }
        if (stream == null) {
            frame.payload().release();
        } else {
            stream.onData(frame.payload());
        }
    }

    private void window(Frame.Window frame) {
        Stream stream = find(frame.channel());
        if (stream != null) {
            keepAlive.progress();
            stream.onWindow(frame.consumed(), frame.allowed());
        }
    }

    private void on(Frame.OnChannel frame, java.util.function.Consumer<Stream> action) {
        Stream stream = find(frame.channel());
        if (stream != null) {
            action.accept(stream);
        }
    }

    private void opened(Frame.Open open) {
        int channel = open.channel();
        if (isOwn(channel) || channel <= highestPeerChannel) {
            throw new MalformedFrameException("OPEN on channel " + channel + " that is not the next of its side");
        }
        if (peerStreams >= settings.maxPeerStreams()) {
            throw new MalformedFrameException("OPEN of more than " + settings.maxPeerStreams() + " streams at once");
        }
        highestPeerChannel = channel;
        ReceiveSide receive = new ReceiveSide(budget, settings.window());
        receive.allowAtLeast(settings.ownInitialWindow());
        Stream stream = Stream.opened(this, open, new SendSide(budget, open.allowed()), receive);
        channels.put(stream);
        peerStreams++;
        listener.opened(stream, open);
    }

    private void ponged(Frame.Pong pong) {
        if (pong.opaque() == lastPing) {
            listener.roundTrip(timers.nanoTime() - lastPing);
        }
    }

    /** The stream of a channel; null if that channel is over. */
    private @Nullable Stream find(int channel) {
        Stream stream = channels.get(channel);
        if (stream == null && (isOwn(channel) ? channel >= nextChannel : channel > highestPeerChannel)) {
            throw new MalformedFrameException("a frame on channel " + channel + " that was never opened");
        }
        return stream;
    }

    private boolean isOwn(int channel) {
        return (channel & 1) == (nextChannel & 1);
    }

    private static void release(Frame frame) {
        if (frame instanceof Frame.Data data) {
            data.payload().release();
        } else if (frame instanceof Frame.Datagram datagram) {
            datagram.payload().release();
        }
    }

    // ---- from streams -----------------------------------------------------------------------------------------------

    TunnelSettings settings() {
        return settings;
    }

    Scheduler scheduler() {
        return scheduler;
    }

    /** The next channel of this side, for an OPEN that is written now. */
    int takeChannel() {
        int channel = nextChannel;
        nextChannel += 2;
        if (channel >= LAST_CHANNEL && !drained) {
            drain(new Frame.GoAway(GoAwayCode.EXHAUSTED, "", "channel numbers are used up", 0));
        }
        return channel;
    }

    /** The stream's OPEN is written and its channel set. */
    void numbered(Stream stream) {
        unnumbered.remove(stream);
        channels.put(stream);
    }

    /** The stream is over. */
    void forget(Stream stream) {
        if (stream.channel() == 0) {
            unnumbered.remove(stream);
            return;
        }
        channels.remove(stream.channel());
        if (!isOwn(stream.channel())) {
            peerStreams--;
        }
    }
}
