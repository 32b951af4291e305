package io.tlstunnel.client.tunnel;

import io.tlstunnel.client.status.ClientMetrics;
import io.tlstunnel.config.ClientConfig;
import io.tlstunnel.config.HostPort;
import io.tlstunnel.mux.handshake.OwnSession;
import io.tlstunnel.mux.resume.SessionStreams;
import io.tlstunnel.mux.resume.SuspendedStreams;
import io.tlstunnel.mux.resume.Tombstones;
import io.tlstunnel.security.ResumeSecret;
import io.tlstunnel.wire.Frame;
import io.tlstunnel.wire.ProxyResult;
import io.tlstunnel.wire.ResetCode;
import io.tlstunnel.wire.SessionRef;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All tunnels of a client and the session that they share. Its own state is on the control context; what a keeper calls
 * hops there by itself.
 */
public final class Tunnels {
    private static final Logger LOG = LoggerFactory.getLogger(Tunnels.class);

    private static final long LEAVE_CHECK_MILLIS = 50;
    private static final long NO_TIMER = -1;

    private volatile ClientSetup setup;
    private final Vertx vertx;
    private final Context control;
    private final SessionState session;
    private final Tombstones tombstones;
    private final SuspendedStreams suspended;
    private final long relief;
    /** By session: its first tunnel, whichever that is, brings streams before the control context knows of it. */
    private final Map<SessionRef, SessionStreams> streams = new ConcurrentHashMap<>();

    private final List<TunnelKeeper> keepers = new ArrayList<>();
    private final Homes<ClientTunnel> homes;
    private final List<Runnable> waiting = new ArrayList<>();
    private final Promise<String> superseded = Promise.promise();
    private int handshakes;
    private Frame.@Nullable GoAway replacedMeanwhile;
    private long lookTimer = NO_TIMER;
    private boolean stopped;

    /** On the control context. */
    public Tunnels(Vertx vertx, Context control, ClientSetup setup, ClientMetrics metrics) {
        this.setup = setup;
        this.vertx = vertx;
        this.control = control;
        this.session = new SessionState(vertx, setup.config().proxies(), metrics);
        this.homes = new Homes<>(new SplittableRandom(), setup.config().connections());
        this.tombstones = new Tombstones(setup.config().timing().resumeTimeout(), System::nanoTime);
        this.suspended = new SuspendedStreams(setup.budget());
        this.relief = vertx.setPeriodic(SuspendedStreams.RELIEF.toMillis(), id -> suspended.relieve());
    }

    /** Starts to dial; the second tunnel and further ones once the first has its WELCOME. On the control context. */
    public void start() {
        keep(homes.wanted());
    }

    private void keep(int connections) {
        homes.cut(connections);
        while (keepers.size() > connections) {
            keepers.remove(keepers.size() - 1).retire();
        }
        while (keepers.size() < connections) {
            TunnelKeeper keeper =
                    new TunnelKeeper(keepers.size(), setup.runtime().newLoop().context(), this);
            keepers.add(keeper);
            keeper.start();
        }
    }

    /** Goes on with another configuration, without a break where that can be. On the control context. */
    public void renew(ClientSetup changed) {
        ClientConfig before = setup.config();
        setup = changed;
        session.ask(changed.config().proxies());
        if (stopped) {
            return;
        }
        if (!before.dialsLike(changed.config())) {
            keepers.forEach(TunnelKeeper::replace);
        }
        homes.configured(changed.config().connections());
        keep(homes.wanted());
        planLook();
    }

    /** Has a tunnel look for another node, when it is time to; again and again, for as long as that may help. */
    private void planLook() {
        vertx.cancelTimer(lookTimer);
        if (!homes.looksSoon()) {
            endLooks();
        }
        homes.nextLook().ifPresent(look -> planLook(look.pause()));
    }

    private void planLook(Duration pause) {
        lookTimer = vertx.setTimer(Math.max(1, pause.toMillis()), ignored -> look());
    }

    private void endLooks() {
        keepers.forEach(TunnelKeeper::endLooks);
    }

    private void look() {
        homes.nextLook().ifPresentOrElse(this::look, this::endLooks);
    }

    private void look(Homes.Look look) {
        keepers.get(look.slot()).look();
        if (homes.looked()) {
            LOG.info("two tunnels of this client end at one node; now and then another node is looked for");
        }
        // Who has looked says so; if not, because it was lost meanwhile, this goes on.
        planLook(Homes.SLOW);
    }

    /** The services of these proxies are down, and of no others. On the control context. */
    public void down(Set<String> proxies) {
        session.down(proxies);
    }

    /** Completes when the server has decided about every proxy the first time. */
    public Future<Map<String, ProxyResult>> decided() {
        return session.decided();
    }

    /** Completes with a sentence when another run of this client took over. */
    public Future<String> superseded() {
        return superseded.future();
    }

    /** Tunnels that are up. On the control context. */
    public int up() {
        return session.tunnels().size();
    }

    /** Says goodbye and lets what runs finish, for at most {@code grace}; then closes. On the control context. */
    public Future<Void> leave(Duration grace) {
        stop();
        session.tunnels().forEach(tunnel -> tunnel.leave(grace));
        Promise<Void> done = Promise.promise();
        long end = System.nanoTime() + grace.toNanos();
        vertx.setPeriodic(1, LEAVE_CHECK_MILLIS, timer -> {
            if (open() == 0 || System.nanoTime() - end >= 0) {
                vertx.cancelTimer(timer);
                done.complete();
            }
        });
        return done.future().eventually(this::close);
    }

    /** Streams, those that wait for another tunnel included. */
    private int open() {
        return streams.values().stream().mapToInt(SessionStreams::size).sum();
    }

    /** Closes every tunnel now. On the control context. */
    public Future<Void> close() {
        stop();
        vertx.cancelTimer(relief);
        return Future.all(session.tunnels().stream().map(ClientTunnel::close).toList())
                .eventually(() -> {
                    abandonAllBut(null, "the client stops");
                    return Future.succeededFuture();
                })
                .mapEmpty();
    }

    private void stop() {
        stopped = true;
        vertx.cancelTimer(lookTimer);
        keepers.forEach(TunnelKeeper::stop);
    }

    // ---- from keepers, on any context -------------------------------------------------------------------------------

    ClientSetup setup() {
        return setup;
    }

    @Nullable
    OwnSession session() {
        return session.current();
    }

    /** The streams of a session. */
    SessionStreams streams(SessionRef ref) {
        return streams.computeIfAbsent(
                ref,
                any -> SessionStreams.inClient(
                        task -> control.runOnContext(ignored -> task.run()),
                        tombstones,
                        suspended,
                        setup.config().timing().resumeTimeout().toNanos()));
    }

    /** Whether streams wait for the next tunnel, if there is none. */
    boolean hasStreams() {
        return open() > 0;
    }

    private void abandonAllBut(@Nullable SessionRef current, String reason) {
        streams.forEach((ref, those) -> {
            if (!ref.equals(current)) {
                streams.remove(ref);
                those.abandonAll(ResetCode.SESSION_ENDED, reason);
            }
        });
    }

    /**
     * Completes when that keeper may dial: while no tunnel is up only the first one does, so that two tunnels never get
     * a new session each. With the servers that it should not dial first, because other tunnels go by them.
     */
    Future<Set<HostPort>> mayDial(int slot) {
        Promise<Set<HostPort>> promise = Promise.promise();
        control.runOnContext(ignored -> {
            if (slot == 0 || !session.tunnels().isEmpty()) {
                promise.complete(homes.taken(slot));
            } else {
                waiting.add(() -> promise.complete(homes.taken(slot)));
            }
        });
        return promise.future();
    }

    void handshakeStarted() {
        control.runOnContext(ignored -> handshakes++);
    }

    void handshakeFailed() {
        control.runOnContext(ignored -> handshakeOver());
    }

    /** A keeper has brought a tunnel up, to that server. */
    void up(TunnelKeeper keeper, HostPort server, ClientTunnel tunnel, Frame.Welcome welcome, ResumeSecret secret) {
        control.runOnContext(ignored -> {
            welcomed(tunnel, welcome, secret);
            land(keeper, tunnel, new Homes.Home(server, welcome.incarnation()));
        });
    }

    /** A keeper has looked for another node, and has come to this one; it is told whether the tunnel is to stay. */
    void found(TunnelKeeper keeper, HostPort server, ClientTunnel tunnel, Frame.Welcome welcome, ResumeSecret secret) {
        control.runOnContext(ignored -> {
            Homes.Home home = new Homes.Home(server, welcome.incarnation());
            boolean isNewSession = !session.isCurrent(welcome.session().id());
            boolean stays = isNewSession || homes.improves(keeper.slot(), home);
            welcomed(tunnel, welcome, secret);
            keeper.looked(tunnel, stays);
            if (stays) {
                LOG.atInfo()
                        .setMessage("a tunnel has moved to a node that had none")
                        .addKeyValue("server", server)
                        .addKeyValue("node", welcome.nodeId())
                        .log();
                land(keeper, tunnel, home);
            } else {
                settle();
            }
        });
    }

    private void welcomed(ClientTunnel tunnel, Frame.Welcome welcome, ResumeSecret secret) {
        if (!session.isCurrent(welcome.session().id())) {
            homes.clear();
        }
        session.welcomed(tunnel, welcome, secret);
        homes.told(welcome.members(), welcome.limits().maxTunnels());
        abandonAllBut(welcome.session(), "the server has begun a new session");
        handshakeOver();
        if (stopped) {
            end(tunnel);
        }
    }

    private void land(TunnelKeeper keeper, ClientTunnel tunnel, Homes.Home home) {
        tunnel.sessionStreams().up(tunnel);
        if (keepers.contains(keeper)) {
            homes.landed(keeper.slot(), tunnel, home);
            endLooks();
        }
        settle();
    }

    /** Others may dial now; a WELCOME may want more tunnels, or less, and may show that two share a node. */
    private void settle() {
        List<Runnable> ready = List.copyOf(waiting);
        waiting.clear();
        ready.forEach(Runnable::run);
        if (!stopped) {
            keep(homes.wanted());
            planLook();
        }
    }

    /** A keeper has looked for another node in vain. */
    void foundNone() {
        control.runOnContext(ignored -> settle());
    }

    private static void end(ClientTunnel tunnel) {
        tunnel.close().onFailure(failure -> LOG.error("a tunnel did not close", failure));
    }

    private void handshakeOver() {
        handshakes--;
        Frame.GoAway replaced = replacedMeanwhile;
        if (handshakes == 0 && replaced != null) {
            replacedMeanwhile = null;
            decideReplaced(replaced);
        }
    }

    void lost(ClientTunnel tunnel) {
        control.runOnContext(ignored -> {
            session.lost(tunnel);
            homes.left(tunnel);
            tunnel.sessionStreams().down(tunnel);
        });
    }

    void registered(ClientTunnel tunnel, Frame.Registered registered) {
        control.runOnContext(ignored -> session.registered(tunnel, registered));
    }

    /** A handshake of our own under way may be what replaced that session: its outcome is awaited first. */
    void replaced(Frame.GoAway goAway) {
        control.runOnContext(ignored -> {
            if (handshakes > 0) {
                replacedMeanwhile = goAway;
            } else {
                decideReplaced(goAway);
            }
        });
    }

    private void decideReplaced(Frame.GoAway goAway) {
        if (session.isCurrent(goAway.reference())) {
            end(goAway.reason());
        }
    }

    void superseded(String sentence) {
        control.runOnContext(ignored -> end(sentence));
    }

    private void end(String sentence) {
        close().onComplete(closed -> superseded.tryComplete(sentence));
    }
}
