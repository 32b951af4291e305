package io.tlstunnel.client.tunnel;

import io.tlstunnel.client.local.LocalServices;
import io.tlstunnel.client.local.ServedTunnel;
import io.tlstunnel.client.status.ClientMetrics;
import io.tlstunnel.metrics.LiveTraffic;
import io.tlstunnel.mux.Stream;
import io.tlstunnel.mux.Tunnel;
import io.tlstunnel.mux.TunnelListener;
import io.tlstunnel.mux.resume.SessionStreams;
import io.tlstunnel.transport.EventLoopContext;
import io.tlstunnel.transport.LoopTunnel;
import io.tlstunnel.wire.Frame;
import io.tlstunnel.wire.GoAwayCode;
import io.tlstunnel.wire.ResetCode;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One tunnel that is up. Lives on its connection's context; what says so may be called on any thread. */
final class ClientTunnel extends LoopTunnel implements TunnelListener, ServedTunnel {
    private static final Logger LOG = LoggerFactory.getLogger(ClientTunnel.class);

    private static final long SWEEP_MILLIS = 1_000;

    /** What its keeper hears, on the tunnel's context. */
    interface Owner {
        void registered(ClientTunnel tunnel, Frame.Registered registered);

        void goAway(ClientTunnel tunnel, Frame.GoAway goAway);

        void closed(ClientTunnel tunnel, String reason, Duration lifetime);
    }

    private final SessionStreams streams;
    private final LocalServices services;
    private final Owner owner;
    private final ClientMetrics metrics;
    private final long openedAtNanos = System.nanoTime();
    private final Promise<Void> ended = Promise.promise();
    private final LiveTraffic traffic = new LiveTraffic();
    private long sweeper;
    private boolean draining;

    /** @param streams those of its session */
    ClientTunnel(
            EventLoopContext loop, SessionStreams streams, LocalServices services, Owner owner, ClientMetrics metrics) {
        super(loop);
        this.streams = streams;
        this.services = services;
        this.owner = owner;
        this.metrics = metrics;
    }

    /** Before anything else: the tunnel that tells this listener. */
    void start(Tunnel started) {
        tunnel(started);
        metrics.tunnels().opened();
        sweeper = context().owner().setPeriodic(SWEEP_MILLIS, ignored -> traffic.sweep());
        started.ping();
    }

    /** Streams of its session, on whatever tunnel. Any thread. */
    SessionStreams sessionStreams() {
        return streams;
    }

    @Override
    public void streamArrived() {
        metrics.streams().moved();
    }

    @Override
    public LiveTraffic traffic() {
        return traffic;
    }

    /** Sends a frame on channel 0. Any thread. */
    void send(Frame frame) {
        context().runOnContext(ignored -> tunnel().send(frame));
    }

    /** Says goodbye: nothing new is taken, what runs goes on. Any thread. */
    void leave(Duration grace) {
        context().runOnContext(ignored -> {
            draining = true;
            tunnel().drain(bye((int) Math.min(Integer.MAX_VALUE, grace.toMillis())));
        });
    }

    /** Closes now, whatever runs on it; completes when it is closed. Any thread. */
    Future<Void> close() {
        context().runOnContext(ignored -> tunnel().close(bye(0)));
        return ended.future();
    }

    private static Frame.GoAway bye(int deadlineMillis) {
        return new Frame.GoAway(GoAwayCode.BYE, "", "the client stops", deadlineMillis);
    }

    /** It is not needed any more, for that reason: it closes when what runs on it is over. Any thread. */
    void retire(String reason) {
        retire(reason, () -> false);
    }

    /** The same, but it stays up while that holds, which is asked on its context. Any thread. */
    void retire(String reason, BooleanSupplier kept) {
        context().runOnContext(ignored -> Retirement.begin(context(), tunnel(), reason, kept));
    }

    @Override
    public void opened(Stream stream, Frame.Open open) {
        if (draining) {
            stream.reset(ResetCode.SERVICE_UNREACHABLE, "the client is stopping");
        } else {
            services.serve(this, streams, stream, open);
        }
    }

    @Override
    public Known lookUp(Frame.Open open) {
        return streams.lookUp(this, open);
    }

    @Override
    public void detached(Stream stream) {
        streams.detached(stream);
    }

    @Override
    public void unreachable(Stream stream) {
        streams.unreachable(stream);
    }

    @Override
    public void control(Frame frame) {
        if (frame instanceof Frame.Registered registered) {
            owner.registered(this, registered);
        }
    }

    @Override
    public void goAway(Frame.GoAway goAway) {
        LOG.atInfo()
                .setMessage("server says goodbye")
                .addKeyValue("code", goAway.code())
                .addKeyValue("reason", goAway.reason())
                .addKeyValue("reference", goAway.reference())
                .log();
        owner.goAway(this, goAway);
    }

    @Override
    public void roundTrip(long nanos) {
        metrics.tunnels().roundTrip(nanos);
    }

    @Override
    public void closed(String reason, List<Stream> lost) {
        Duration lifetime = Duration.ofNanos(System.nanoTime() - openedAtNanos);
        metrics.streams().suspended(lost.size());
        streams.suspended(this, lost);
        context().owner().cancelTimer(sweeper);
        metrics.tunnels().closed(lifetime);
        owner.closed(this, reason, lifetime);
        ended.complete();
    }
}
