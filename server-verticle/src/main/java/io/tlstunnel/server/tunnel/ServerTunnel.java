package io.tlstunnel.server.tunnel;

import io.tlstunnel.mux.Stream;
import io.tlstunnel.mux.Tunnel;
import io.tlstunnel.mux.relay.Relay;
import io.tlstunnel.server.admin.ServerMetrics;
import io.tlstunnel.transport.EventLoopContext;
import io.tlstunnel.wire.Frame;
import io.tlstunnel.wire.GoAwayCode;
import io.tlstunnel.wire.ResetCode;
import io.tlstunnel.wire.ResumeEntry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One tunnel of a client to this node. */
public final class ServerTunnel extends NodeTunnel {
    private static final Logger LOG = LoggerFactory.getLogger(ServerTunnel.class);
    /** Round trip before the first. */
    private static final long NEVER = -1;

    private final Session session;
    private final Sessions sessions;
    private final Context control;
    private final Relaying relaying;
    private final int loop;
    private final String remoteAddress;
    private final long openedAtNanos = System.nanoTime();
    private volatile long roundTripNanos = NEVER;
    private boolean left;
    private @Nullable Relay relay;

    ServerTunnel(
            Session session,
            Sessions sessions,
            Context control,
            EventLoopContext loop,
            Relaying relaying,
            String remoteAddress,
            ServerMetrics metrics) {
        super(loop, metrics);
        this.session = session;
        this.sessions = sessions;
        this.control = control;
        this.relaying = relaying;
        this.loop = relaying.loopOf(loop);
        this.remoteAddress = remoteAddress;
    }

    @Override
    protected void start(Tunnel started) {
        super.start(started);
        metrics().tunnels().opened();
        relay = relaying.begin(this, loop);
    }

    /** Session that it belongs to. Any thread. */
    public Session session() {
        return session;
    }

    /** Number of the event loop that it lives on, in links. Any thread. */
    int loop() {
        return loop;
    }

    /** What passes visitors of other nodes on to it; null on a single node. On its context. */
    public @Nullable Relay relay() {
        return relay;
    }

    /** Whence it came. Any thread. */
    public String remoteAddress() {
        return remoteAddress;
    }

    /** What there is to tell of it. Any thread. */
    TunnelStatus status() {
        long nanos = roundTripNanos;
        return new TunnelStatus(
                remoteAddress,
                Duration.ofNanos(System.nanoTime() - openedAtNanos),
                streams(),
                nanos == NEVER ? null : Duration.ofNanos(nanos));
    }

    /** Tells the client to go elsewhere; what runs goes on. Any thread. */
    void drain(Frame.GoAway goAway) {
        opensNoMore();
        context().runOnContext(ignored -> tunnel().drain(goAway));
    }

    /** Closes one who may not be waited for: cut off after {@code grace}. Any thread. */
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
        if (relay != null && !relaying.isOwn(entry.stream())) {
            relay.resume(entry);
        } else {
            session.streams().resume(this, entry);
        }
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
        opensNoMore();
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
        roundTripNanos = nanos;
        metrics().tunnels().roundTrip(nanos);
    }

    @Override
    public void closed(String reason, List<Stream> lost) {
        LOG.atInfo()
                .setMessage("tunnel closed")
                .addKeyValue("client", session.client())
                .addKeyValue("address", remoteAddress)
                .addKeyValue("reason", reason)
                .addKeyValue("streams_suspended", lost.size())
                .log();
        metrics().streams().suspended(lost.size());
        session.paths().suspended(this, lost);
        relaying.end(this, loop);
        metrics().tunnels().closed(Duration.ofNanos(System.nanoTime() - openedAtNanos));
        control.runOnContext(ignored -> sessions.detach(session, this));
        ended();
    }
}
