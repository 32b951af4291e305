package io.tlstunnel.server.tunnel;

import io.tlstunnel.metrics.LiveTraffic;
import io.tlstunnel.mux.OpenRequest;
import io.tlstunnel.mux.Stream;
import io.tlstunnel.mux.Tunnel;
import io.tlstunnel.mux.TunnelListener;
import io.tlstunnel.server.admin.ServerMetrics;
import io.tlstunnel.wire.Frame;
import io.tlstunnel.wire.GoAwayCode;
import io.tlstunnel.wire.ResetCode;
import io.tlstunnel.wire.ResumeAnswer;
import io.tlstunnel.wire.ResumedEntry;
import io.tlstunnel.wire.StreamState;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One tunnel of a session on this node. Lives on its connection's context; what says so may be called on any thread.
 */
public final class ServerTunnel implements TunnelListener {
    private static final Logger LOG = LoggerFactory.getLogger(ServerTunnel.class);

    private static final long SWEEP_MILLIS = 1_000;

    private final Session session;
    private final Sessions sessions;
    private final Context control;
    private final Context context;
    private final String remoteAddress;
    private final ServerMetrics metrics;
    private final long openedAtNanos = System.nanoTime();
    private final LiveTraffic traffic = new LiveTraffic();
    private final Promise<Void> ended = Promise.promise();
    private @Nullable Tunnel tunnel;
    private long sweeper;
    private boolean left;
    private volatile boolean open = true;
    private volatile int streams;

    ServerTunnel(
            Session session,
            Sessions sessions,
            Context control,
            Context context,
            String remoteAddress,
            ServerMetrics metrics) {
        this.session = session;
        this.sessions = sessions;
        this.control = control;
        this.context = context;
        this.remoteAddress = remoteAddress;
        this.metrics = metrics;
    }

    /** Before anything else: the tunnel that tells this listener. */
    void start(Tunnel started) {
        tunnel = started;
        metrics.tunnels().opened();
        sweeper = context.owner().setPeriodic(SWEEP_MILLIS, ignored -> traffic.sweep());
        started.ping();
    }

    /** Where its streams' bytes are counted while they run. On its context. */
    public LiveTraffic traffic() {
        return traffic;
    }

    /** The context that its streams have to live on. Any thread. */
    public Context context() {
        return context;
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

    /** Opens a stream, or returns null: the tunnel takes no more, try another. On its context. */
    public @Nullable Stream open(OpenRequest request) {
        Tunnel current = tunnel();
        if (!current.isOpen()) {
            open = false;
            return null;
        }
        Stream stream = current.open(request);
        streams = current.streams();
        return stream;
    }

    /** Sends what was opened in this turn. On its context. */
    public void flush() {
        tunnel().readComplete();
    }

    /** A stream of it is over. On its context. */
    public void streamFinished() {
        streams = tunnel().streams();
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
        context.runOnContext(ignored -> tunnel().send(frame));
    }

    /** Tells the client to go elsewhere; what runs goes on. Any thread. */
    void drain(Frame.GoAway goAway) {
        open = false;
        context.runOnContext(ignored -> tunnel().drain(goAway));
    }

    /** Says why and closes; completes when it is closed. Any thread. */
    Future<Void> close(Frame.GoAway goAway) {
        open = false;
        context.runOnContext(ignored -> tunnel().close(goAway));
        return ended.future();
    }

    /** The same for one who may not be waited for: cut off after {@code grace}. Any thread. */
    Future<Void> close(Frame.GoAway goAway, Duration grace) {
        context.runOnContext(
                ignored -> context.owner().setTimer(grace.toMillis(), late -> tunnel().dead(goAway.reason())));
        return close(goAway);
    }

    private Tunnel tunnel() {
        return Objects.requireNonNull(tunnel, "start comes first");
    }

    @Override
    public void opened(Stream stream, Frame.Open request) {
        stream.reset(ResetCode.FORBIDDEN, "this client may not open streams");
    }

    @Override
    public void control(Frame frame) {
        if (frame instanceof Frame.Register register) {
            control.runOnContext(ignored -> sessions.register(session, register));
        } else if (frame instanceof Frame.Resume resume) {
            tunnel().send(new Frame.Resumed(
                    resume.streams().stream().map(ServerTunnel::gone).toList()));
        }
    }

    /** Streams end with their tunnel in this version, so whichever is asked for is gone. */
    private static ResumedEntry gone(io.tlstunnel.wire.ResumeEntry entry) {
        return new ResumedEntry(
                entry.stream(), entry.channel(), entry.attach(), ResumeAnswer.GONE, 0, 0, new StreamState.Open());
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
        if (goAway.code() == GoAwayCode.BYE) {
            control.runOnContext(ignored -> sessions.bye(session));
        }
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
                .addKeyValue("streams", lost.size())
                .log();
        lost.forEach(stream -> stream.abandon(ResetCode.SESSION_ENDED, "tunnel lost: " + reason));
        streams = 0;
        context.owner().cancelTimer(sweeper);
        metrics.tunnels().closed(Duration.ofNanos(System.nanoTime() - openedAtNanos));
        control.runOnContext(ignored -> sessions.detach(session, this));
        ended.complete();
    }
}
