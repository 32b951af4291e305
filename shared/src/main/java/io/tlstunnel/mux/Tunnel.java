package io.tlstunnel.mux;

import io.netty.buffer.ByteBuf;
import io.tlstunnel.wire.Frame;
import io.tlstunnel.wire.FrameDecoder;
import io.tlstunnel.wire.FrameSink;
import io.tlstunnel.wire.GoAwayCode;
import io.tlstunnel.wire.MalformedFrameException;
import io.tlstunnel.wire.ResetCode;
import io.tlstunnel.wire.ResumeAnswer;
import io.tlstunnel.wire.ResumeEntry;
import io.tlstunnel.wire.ResumedEntry;
import io.tlstunnel.wire.StreamState;
import java.util.ArrayList;
import java.util.Collection;
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
    /** Channels whose OPEN or RESUME is not written yet: they have no number. */
    private final Set<Channel> unnumbered = new LinkedHashSet<>();
    /** Set if the peer is a node. */
    private final @Nullable LinkListener linkListener;
    /** Tunnels that were given something to write in this one's turn: they write at its end. */
    private final Set<Tunnel> woken = new LinkedHashSet<>(2);

    private int peerStreams;
    private int nextChannel;
    private int highestPeerChannel;
    private boolean drained;
    private boolean peerLeaves;
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
        this.linkListener = listener instanceof LinkListener links ? links : null;
        this.scheduler = new Scheduler(
                carrier, timers, () -> dead("the peer asks without reading the answers"), this::flushWoken);
        this.nextChannel = settings.role() == TunnelSettings.Role.DIALLED ? 1 : 2;
        this.keepAlive = new KeepAlive(timers, settings.pingInterval(), settings.deadAfter(), this);
    }

    /** Whether its peer is a node: its listener is a {@link LinkListener}. */
    public boolean isLink() {
        return linkListener != null;
    }

    public TunnelSettings settings() {
        return settings;
    }

    /** Streams on it now, and channels that it passes on. */
    public int streams() {
        return channels.size() + unnumbered.size();
    }

    /** Whether new streams may be opened on it. */
    public boolean isOpen() {
        return !closing && !closed && !drained && !peerLeaves;
    }

    /** Whether streams may go on on it; they may while it drains. */
    public boolean takesResumes() {
        return !closing && !closed && nextChannel < LAST_CHANNEL;
    }

    /** Opens a stream; its OPEN goes out at the end of the turn. If this tunnel takes no more, it is suspended. */
    public Stream open(OpenRequest request) {
        Stream stream = Stream.opening(request, settings, budget);
        if (isOpen()) {
            stream.open(unnumbered(stream), settings);
        } else {
            stream.leave(timers.nanoTime());
        }
        return stream;
    }

    /**
     * Opens a suspended stream whose OPEN was not answered, or not sent.
     *
     * @return false if the tunnel takes no streams; nothing has happened then
     */
    public boolean reopen(Stream stream) {
        if (!isOpen() || !stream.isSuspended() || !stream.isUnanswered()) {
            return false;
        }
        stream.open(unnumbered(stream), settings);
        return true;
    }

    /**
     * Asks the peer to go on with a suspended stream here.
     *
     * @return false if the tunnel takes no streams; nothing has happened then
     */
    public boolean resume(Stream stream) {
        if (!takesResumes() || !stream.isSuspended()) {
            return false;
        }
        Channel channel = unnumbered(stream);
        stream.ask(channel, settings);
        scheduler.ask(channel);
        return true;
    }

    /** Sends what {@link #reopen}, {@link #resume} and {@link #answer} have queued. */
    public void flush() {
        scheduler.pump();
    }

    private Channel unnumbered(Stream stream) {
        Channel channel = new Channel(this, stream);
        unnumbered.add(channel);
        return channel;
    }

    /** Begins a leg by {@code open}, which goes out at the end of the turn. Only while {@link #isOpen}. */
    public Leg passOn(Frame.Open open, Relayed relayed) {
        Leg leg = unnumbered(Leg.opening(this, relayed, open));
        scheduler.ready(leg.channel());
        return leg;
    }

    /** Begins a leg by RESUME, which goes out at the end of the turn. Only while it {@link #takesResumes}. */
    public Leg passOn(ResumeEntry entry, Relayed relayed) {
        Leg leg = unnumbered(Leg.asking(this, relayed, entry));
        scheduler.ask(leg.channel());
        return leg;
    }

    private Leg unnumbered(Leg leg) {
        unnumbered.add(leg.channel());
        return leg;
    }

    /** Makes a leg of the channel that the peer's OPEN took. */
    public Leg take(Frame.Open open, Relayed relayed) {
        return take(open.channel(), Leg.opened(this, relayed));
    }

    /** Makes a leg of the channel that the peer's RESUME took. */
    public Leg take(ResumeEntry entry, Relayed relayed) {
        return take(entry.channel(), Leg.answering(this, relayed));
    }

    private Leg take(int number, Leg leg) {
        leg.channel().number(number);
        channels.put(leg.channel());
        peerStreams++;
        return leg;
    }

    /** Answers an OPEN that is not passed on; what follows it is ignored. */
    public void refuse(Frame.Open open, ResetCode code, String reason) {
        scheduler.refuse(new Frame.Reset(open.channel(), code, 0, reason));
    }

    /** Answers a repeated OPEN of a stream that is over. */
    public void refuseEnded(Frame.Open open) {
        scheduler.control(new Frame.Reset(open.channel(), ResetCode.CANCELLED, 0, "the stream has ended before"));
    }

    /** Answers a RESUME that a later one has overtaken: a relay on the way would wait for ever. */
    public void tooLate(ResumeEntry entry) {
        if (isLink()) {
            scheduler.left(entry.channel());
            scheduler.pump();
        }
    }

    /**
     * Goes on with a suspended stream because the peer's RESUME, which came over this tunnel, asks for it.
     *
     * @return false if it does not: the tunnel has gone meanwhile
     */
    public boolean answer(Stream stream, ResumeEntry entry) {
        if (closing || closed || !stream.isSuspended()) {
            return false;
        }
        Channel channel = new Channel(this, stream);
        channel.number(entry.channel());
        try {
            stream.answer(channel, settings, entry);
        } catch (MalformedFrameException e) {
            if (isLink()) {
                // A client said so, not the node that passed it on.
                answer(entry, ResumeAnswer.GONE, new StreamState.Open());
            } else {
                broken(e);
            }
            return false;
        }
        channels.put(channel);
        peerStreams++;
        scheduler.answer(channel);
        return true;
    }

    /** Answers a RESUME about a stream that does not go on here. */
    public void answer(ResumeEntry entry, ResumeAnswer answer, StreamState state) {
        scheduler.answer(new ResumedEntry(entry.stream(), entry.channel(), entry.attach(), answer, 0, 0, state));
    }

    /** Lets a stream go that is on this tunnel, because it goes on elsewhere; the peer hears that the channel is over. */
    public static void release(Stream stream, long nowNanos) {
        Channel channel = stream.currentChannel();
        if (channel == null) {
            return;
        }
        Tunnel tunnel = channel.tunnel();
        // OPEN or RESUME that is not written has not begun it; RESET has ended it, but a relay would wait for the
        // answer.
        boolean over = channel.number() == 0 || (stream.hasSentReset() && !tunnel.isLink());
        stream.leave(nowNanos);
        tunnel.forget(channel);
        if (!over) {
            tunnel.scheduler.left(channel.number());
            tunnel.scheduler.turnEnded();
        }
    }

    /** Sends a frame on channel 0, before any stream's. */
    public void send(Frame control) {
        scheduler.control(control);
        scheduler.pump();
    }

    /** Asks for a round trip; {@link TunnelListener#roundTrip} tells it. */
    @Override
    public void ping() {
        scheduler.ping();
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
            broken(e);
        }
    }

    private void broken(MalformedFrameException e) {
        close(new Frame.GoAway(GoAwayCode.PROTOCOL, "", String.valueOf(e.getMessage()), 0));
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
        List<Stream> streams = new ArrayList<>(streams());
        suspend(channels.toList(), streams);
        suspend(List.copyOf(unnumbered), streams);
        listener.closed(reason, streams);
        flushWoken();
    }

    private void suspend(Collection<Channel> lost, List<Stream> suspended) {
        for (Channel channel : lost) {
            ChannelEnd end = channel.end();
            if (end instanceof Stream stream) {
                stream.leave(timers.nanoTime());
                suspended.add(stream);
            } else if (end instanceof Leg leg) {
                leg.lost();
            }
        }
    }

    @Override
    public boolean dataWaits() {
        // Asked once a second, and only of a tunnel that hears nothing new.
        return channels.toList().stream().map(Channel::end).anyMatch(end -> end != null && end.awaitsAcknowledgement());
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
            case OPENED -> on((Frame.OnChannel) frame, end -> end.onOpened((Frame.Opened) frame));
            case FIN -> on((Frame.OnChannel) frame, ChannelEnd::onFin);
            case RESET -> reset((Frame.Reset) frame);
            case DETACHED -> on((Frame.OnChannel) frame, this::detached);
            case DATAGRAM -> release(frame);
            case PING -> scheduler.pong(new Frame.Pong(((Frame.Ping) frame).opaque()));
            case PONG -> ponged((Frame.Pong) frame);
            case GOAWAY -> {
                peerLeaves = true;
                listener.goAway((Frame.GoAway) frame);
            }
            case REGISTER, REGISTERED -> listener.control(frame);
            case RESUME -> ((Frame.Resume) frame).streams().forEach(this::asked);
            case RESUMED -> ((Frame.Resumed) frame).streams().forEach(this::answered);
            case HELLO, CHALLENGE, PROOF, WELCOME ->
                throw new MalformedFrameException(frame.type() + " after the handshake");
        }
    }

    private void data(Frame.Data frame) {
        ChannelEnd end;
        try {
            end = find(frame.channel());
        } catch (MalformedFrameException e) {
            frame.payload().release();
            throw e;
        }
        if (end == null) {
            frame.payload().release();
        } else {
            end.onData(frame.payload());
        }
    }

    private void window(Frame.Window frame) {
        ChannelEnd end = find(frame.channel());
        if (end != null) {
            keepAlive.progress();
            end.onWindow(frame.consumed(), frame.allowed());
        }
    }

    private void on(Frame.OnChannel frame, java.util.function.Consumer<ChannelEnd> action) {
        ChannelEnd end = find(frame.channel());
        if (end != null) {
            action.accept(end);
        }
    }

    private void reset(Frame.Reset frame) {
        ChannelEnd end = find(frame.channel());
        boolean refusal = frame.code() == ResetCode.BUSY || frame.code() == ResetCode.NOT_HERE;
        if (end == null) {
            unheard(frame.channel());
        } else if (linkListener != null && refusal && end instanceof Stream stream && stream.isUnanswered()) {
            suspend(stream);
            linkListener.refused(stream, frame.code());
        } else {
            end.onReset(frame);
        }
    }

    private void opened(Frame.Open open) {
        takePeers(open.channel(), "OPEN");
        if (peerStreams >= settings.maxPeerStreams()) {
            throw new MalformedFrameException("OPEN of more than " + settings.maxPeerStreams() + " streams at once");
        }
        if (linkListener != null) {
            linkListener.relay(open);
            return;
        }
        switch (listener.lookUp(open)) {
            case NOT -> begin(open);
            case LIVE -> {
                // What follows on that channel is ignored, as on every one that is over.
            }
            case ENDED -> refuseEnded(open);
        }
    }

    private void begin(Frame.Open open) {
        Stream stream = Stream.opened(open, settings, budget);
        Channel channel = new Channel(this, stream);
        channel.number(open.channel());
        stream.openedOn(channel);
        channels.put(channel);
        peerStreams++;
        listener.opened(stream, open);
    }

    private void takePeers(int channel, String what) {
        if (isOwn(channel) || channel <= highestPeerChannel) {
            throw new MalformedFrameException(what + " on channel " + channel + " that is not the next of its side");
        }
        highestPeerChannel = channel;
    }

    private void asked(ResumeEntry entry) {
        takePeers(entry.channel(), "RESUME");
        listener.resume(entry);
    }

    private void answered(ResumedEntry entry) {
        ChannelEnd end = find(entry.channel());
        if (end == null || !end.awaits(entry)) {
            return;
        }
        if (end instanceof Leg leg) {
            leg.onResumed(entry);
        } else if (end instanceof Stream stream) {
            answered(stream, entry);
        }
    }

    private void answered(Stream stream, ResumedEntry entry) {
        if (entry.answer() == ResumeAnswer.UNREACHABLE) {
            suspend(stream);
            listener.unreachable(stream);
        } else {
            stream.onResumed(entry);
        }
    }

    private void detached(ChannelEnd end) {
        if (end instanceof Leg leg) {
            leg.onDetached();
        } else if (end instanceof Stream stream) {
            suspend(stream);
            listener.detached(stream);
        }
    }

    private void suspend(Stream stream) {
        Channel channel = stream.currentChannel();
        stream.leave(timers.nanoTime());
        if (channel != null) {
            forget(channel);
        }
    }

    private void ponged(Frame.Pong pong) {
        long roundTrip = scheduler.ponged(pong);
        if (roundTrip >= 0) {
            listener.roundTrip(roundTrip);
        }
    }

    /** What a channel leads to; null if that channel is over. */
    private @Nullable ChannelEnd find(int number) {
        Channel channel = channels.get(number);
        if (channel != null) {
            return channel.end();
        }
        if (isOwn(number) ? number >= nextChannel : number > highestPeerChannel) {
            throw new MalformedFrameException("a frame on channel " + number + " that was never opened");
        }
        return null;
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

    // ---- from streams and legs --------------------------------------------------------------------------------------

    /** {@code other} was given something to write: it does at the end of this one's turn. */
    void wakes(Tunnel other) {
        woken.add(other);
    }

    private void flushWoken() {
        while (!woken.isEmpty()) {
            Tunnel next = woken.iterator().next();
            woken.remove(next);
            next.flush();
        }
    }

    Scheduler scheduler() {
        return scheduler;
    }

    long nanoTime() {
        return timers.nanoTime();
    }

    /** Gives a channel its number, the next of this side: its OPEN or RESUME is written now. */
    void number(Channel channel) {
        int number = nextChannel;
        nextChannel += 2;
        unnumbered.remove(channel);
        channel.number(number);
        channels.put(channel);
        if (number >= LAST_CHANNEL && !drained) {
            drain(new Frame.GoAway(GoAwayCode.EXHAUSTED, "", "channel numbers are used up", 0));
        }
    }

    /** One side has sent RESET on that channel and the other one has ended it otherwise: a relay has to know. */
    void unheard(int number) {
        if (isLink()) {
            scheduler.left(number);
        }
    }

    /** The channel is over. */
    void forget(Channel channel) {
        if (channel.number() == 0) {
            unnumbered.remove(channel);
            return;
        }
        channels.remove(channel.number());
        if (!isOwn(channel.number())) {
            peerStreams--;
        }
    }
}
