package io.tlstunnel.server.tunnel;

import io.tlstunnel.metrics.LiveTraffic;
import io.tlstunnel.mux.OpenRequest;
import io.tlstunnel.mux.Stream;
import io.tlstunnel.mux.Tunnel;
import io.tlstunnel.mux.TunnelListener;
import io.tlstunnel.server.admin.ServerMetrics;
import io.tlstunnel.transport.EventLoopContext;
import io.tlstunnel.transport.LoopTunnel;
import io.tlstunnel.wire.Frame;
import io.tlstunnel.wire.GoAwayCode;
import io.tlstunnel.wire.ResetCode;
import io.tlstunnel.wire.ResumeEntry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One tunnel of a session on this node. Lives on its connection's context; what says so may be called on any thread.
 */
public final class ServerTunnel extends LoopTunnel implements TunnelListener {
    private static final Logger LOG = LoggerFactory.getLogger(ServerTunnel.class);

    private static final long SWEEP_MILLIS = 1_000;

    private final Session session;
    private final Sessions sessions;
    private final Context control;
    private final String remoteAddress;
    private final Duration holdTimeout;
    private final ServerMetrics metrics;
    private final long openedAtNanos = System.nanoTime();
    private final LiveTraffic traffic = new LiveTraffic();
    private final Promise<Void> ended = Promise.promise();
    private long sweeper;
    private boolean left;
    private volatile boolean open = true;
    private volatile int streams;

    ServerTunnel(
            Session session,
            Sessions sessions,
            Context control,
            EventLoopContext loop,
            String remoteAddress,
            Duration holdTimeout,
            ServerMetrics metrics) {
        super(loop);
        this.session = session;
        this.sessions = sessions;
        this.control = control;
        this.remoteAddress = remoteAddress;
        this.holdTimeout = holdTimeout;
        this.metrics = metrics;
    }

    /** Before anything else: the tunnel that tells this listener. */
    void start(Tunnel started) {
        tunnel(started);
        metrics.tunnels().opened();
        sweeper = context().owner().setPeriodic(SWEEP_MILLIS, ignored -> traffic.sweep());
        started.ping();
    }

    /** Where its streams' bytes are counted while they run. On its context. */
    public LiveTraffic traffic() {
        return traffic;
    }

    /** Session that it belongs to. Any thread. */
    public Session session() {
        return session;
    }

    String remoteAddress() {
        return remoteAddress;
    }

    /** Whether it takes new streams. Any thread; {@link #open} decides. */
    boolean isOpen() {
        return open;
    }

    /** Streams on it, as of a moment ago. Any thread. */
    int streams() {
        return streams;
    }

    /** Opens a stream. If this tunnel takes no more it is suspended, and {@link #hold} is to follow. On its context. */
    public Stream open(OpenRequest request) {
        Tunnel current = tunnel();
        if (!current.isOpen()) {
            open = false;
        }
        Stream stream = current.open(request);
        streams = current.streams();
        return stream;
    }

    /** A suspended stream waits for a tunnel of its session. On its context. */
    public void hold(Stream stream) {
        session.streams().waitForTunnel(stream, holdTimeout.toNanos());
    }

    /** Sends what was opened in this turn. On its context. */
    public void flush() {
        tunnel().readComplete();
    }

    /** A stream of it is over, or has come or gone. On its context. */
    public void streamsChanged() {
        streams = tunnel().streams();
    }

    /** A stream of the session has come from another tunnel. On its context. */
    public void streamArrived() {
        metrics.streams().moved();
        streamsChanged();
    }

    /** Counts a stream in, if the key's limit allows one more. Any thread. */
    public boolean enter() {
        return session.enter();
    }

    /** Counts a stream out. Any thread. */
    public void leave() {
        session.leave();
    }

    /** Sends a frame on channel 0. Any thread. */
    public void send(Frame frame) {
        context().runOnContext(ignored -> tunnel().send(frame));
    }

    /** Tells the client to go elsewhere; what runs goes on. Any thread. */
    void drain(Frame.GoAway goAway) {
        open = false;
        context().runOnContext(ignored -> tunnel().drain(goAway));
    }

    /** Says why and closes; completes when it is closed. Any thread. */
    Future<Void> close(Frame.GoAway goAway) {
        open = false;
        context().runOnContext(ignored -> tunnel().close(goAway));
        return ended.future();
    }

    /** The same for one who may not be waited for: cut off after {@code grace}. Any thread. */
    Future<Void> close(Frame.GoAway goAway, Duration grace) {
        context()
                .runOnContext(ignored ->
                        context().owner().setTimer(grace.toMillis(), late -> tunnel().dead(goAway.reason())));
        return close(goAway);
    }

    @Override
    public void opened(Stream stream, Frame.Open request) {
        stream.reset(ResetCode.FORBIDDEN, "this client may not open streams");
    }

    @Override
    public void control(Frame frame) {
        if (frame instanceof Frame.Register register) {
            control.runOnContext(ignored -> sessions.register(session, register));
        }
    }

    @Override
    public void resume(ResumeEntry entry) {
        session.streams().resume(this, entry);
    }

    @Override
    public void detached(Stream stream) {
        session.streams().detached(stream);
    }

    @Override
    public void unreachable(Stream stream) {
        session.streams().unreachable(stream);
    }

    @Override
    public void goAway(Frame.GoAway goAway) {
        open = false;
        if (left) {
            return;
        }
        left = goAway.code() == GoAwayCode.BYE;
        LOG.atInfo()
                .setMessage("client says goodbye")
                .addKeyValue("client", session.client())
                .addKeyValue("code", goAway.code())
                .addKeyValue("reason", goAway.reason())
                .log();
        control.runOnContext(ignored -> {
            session.streams().down(this);
            if (goAway.code() == GoAwayCode.BYE) {
                sessions.bye(session);
            }
        });
    }

    @Override
    public void roundTrip(long nanos) {
        metrics.tunnels().roundTrip(nanos);
    }

    @Override
    public void closed(String reason, List<Stream> lost) {
        open = false;
        LOG.atInfo()
                .setMessage("tunnel closed")
                .addKeyValue("client", session.client())
                .addKeyValue("address", remoteAddress)
                .addKeyValue("reason", reason)
                .addKeyValue("streams_suspended", lost.size())
                .log();
        metrics.streams().suspended(lost.size());
        session.streams().suspended(this, lost);
        streams = 0;
        context().owner().cancelTimer(sweeper);
        metrics.tunnels().closed(Duration.ofNanos(System.nanoTime() - openedAtNanos));
        control.runOnContext(ignored -> sessions.detach(session, this));
        ended.complete();
    }
}
