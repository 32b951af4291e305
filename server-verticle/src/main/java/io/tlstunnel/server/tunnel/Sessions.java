package io.tlstunnel.server.tunnel;

import io.tlstunnel.config.ClientEntry;
import io.tlstunnel.config.Timing;
import io.tlstunnel.security.NodeKey;
import io.tlstunnel.wire.Frame;
import io.tlstunnel.wire.GoAwayCode;
import io.tlstunnel.wire.ProxySpec;
import io.tlstunnel.wire.ResetCode;
import io.tlstunnel.wire.SessionRef;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All sessions of this node: admits, supersedes, suspends and ends them by the time line. On the control context only,
 * but for {@link #find}.
 */
public final class Sessions {
    private static final Logger LOG = LoggerFactory.getLogger(Sessions.class);
    private static final Duration HOUSEKEEPING = Duration.ofMinutes(1);

    /** For who does not take a farewell: a withdrawn key is worth nothing within a second. */
    private static final Duration FAREWELL = Duration.ofMillis(500);

    private final Vertx vertx;
    private final SessionDirectory directory;
    private Timing timing;
    private final SessionEvents events;
    private final SecureRandom random = new SecureRandom();
    private final NodeKey key;
    private final Proofs proofs;
    private final Epochs epochs;
    private final Takeovers takeovers = new Takeovers();
    private final Map<String, Session> byName = new HashMap<>();
    private final Map<SessionRef, Session> byRef = new ConcurrentHashMap<>();
    private final Map<Session, Long> endTimers = new HashMap<>();
    /** Over, but what runs on their tunnels may finish. */
    private final Set<Session> leaving = new HashSet<>();

    private final long housekeeping;

    /** @param epochs answers on the control context, whichever it asks */
    public Sessions(
            Vertx vertx,
            Timing timing,
            Grants grants,
            NodeKey key,
            Epochs epochs,
            SessionDirectory directory,
            SessionEvents events) {
        this.vertx = vertx;
        this.directory = directory;
        this.epochs = epochs;
        this.key = key;
        this.timing = timing;
        this.proofs = new Proofs(grants, random);
        this.events = events;
        this.housekeeping = vertx.setPeriodic(HOUSEKEEPING.toMillis(), id -> takeovers.expire(now()));
    }

    /** The session with that id and epoch, or null. Any thread. */
    public @Nullable Session find(SessionRef ref) {
        return byRef.get(ref);
    }

    /** Every session that is not over. */
    public Collection<Session> all() {
        return List.copyOf(byName.values());
    }

    /** Tunnels on this node. */
    public int tunnels() {
        return byName.values().stream()
                .mapToInt(session -> session.tunnels().size())
                .sum();
    }

    /** Other times hold for what begins from now on. */
    public void timing(Timing changed) {
        timing = changed;
        directory.resumeTimeout(changed.resumeTimeout());
    }

    /** Decides about a client that proved its key, and maybe a session ({@code proved}). */
    Future<Admission> admit(String name, ClientEntry byKey, @Nullable SessionRef proved, String address) {
        ClientEntry entry = proofs.now(name, byKey);
        if (entry == null) {
            return Future.succeededFuture(withdrawn(name));
        }
        return epochs.rule(name, proved).map(ruling -> admit(name, byKey, ruling, address));
    }

    private Admission admit(String name, ClientEntry byKey, Epochs.Ruling ruling, String address) {
        ClientEntry entry = proofs.now(name, byKey);
        if (entry == null) {
            return withdrawn(name);
        }
        if (!(ruling instanceof Epochs.Ruling.Counts counts)) {
            return new Admission.Superseded();
        }
        Session other = byName.get(name);
        if (other != null && other.ref().epoch() > counts.session().epoch()) {
            // It came between the ruling and now.
            return new Admission.Superseded();
        }
        Session known = byRef.get(counts.session());
        if (known == null) {
            return supersede(open(name, entry, counts.session()), address);
        }
        if (known.tunnels().size() >= entry.maxTunnels()) {
            return new Admission.Denied("client " + name + " has its " + entry.maxTunnels() + " tunnels already");
        }
        if (known.state() == Session.State.SUSPENDED) {
            // Its tunnel is nearly up: the time line does not end it in that moment.
            cancelEnd(known);
            suspend(known);
        }
        return new Admission.Admitted(known);
    }

    private static Admission withdrawn(String name) {
        return new Admission.Denied("the key of client " + name + " was withdrawn meanwhile");
    }

    private Session open(String name, ClientEntry entry, SessionRef ref) {
        Session session = new Session(entry, directory.of(name, ref, entry.maxStreams()));
        byRef.put(ref, session);
        events.opened(session);
        return session;
    }

    private Admission supersede(Session heir, String address) {
        Session old = byName.put(heir.client(), heir);
        if (old != null) {
            if (takeovers.note(heir.client(), now())) {
                LOG.atWarn()
                        .setMessage("two clients seem to share one name and take turns; give each a name of its own")
                        .addKeyValue("client", heir.client())
                        .addKeyValue("address", address)
                        .addKeyValue("other_address", addressOf(old))
                        .log();
            }
            String reason = "another run of this client took over from " + address;
            finish(old, new Frame.GoAway(GoAwayCode.REPLACED, old.ref().id(), reason, 0))
                    .onFailure(failure -> LOG.error("a replaced session did not close", failure));
            events.superseded(old, heir);
        }
        known(heir);
        // Until its first tunnel is up it counts as suspended: a client that vanishes now leaves nothing behind.
        suspend(heir);
        return new Admission.Admitted(heir);
    }

    /** Another node may know what it asks for. */
    private void known(Session session) {
        events.known(session).ifPresent(known -> session.register(known.revision(), known.proxies()));
    }

    /** A node has a later session of that client. */
    public void superseded(String client, SessionRef by, String node) {
        Session old = byName.get(client);
        if (old != null && old.ref().epoch() < by.epoch()) {
            String reason = "another run of this client took over, at node " + node;
            finish(old, new Frame.GoAway(GoAwayCode.REPLACED, old.ref().id(), reason, 0))
                    .onFailure(failure -> LOG.error("a replaced session did not close", failure));
            events.supersededElsewhere(old);
        }
    }

    private static String addressOf(Session session) {
        return session.tunnels().stream()
                .map(ServerTunnel::remoteAddress)
                .findFirst()
                .orElse("unknown");
    }

    /**
     * A tunnel of the session is up, by a key that gave it {@code proved}. Returns what to tell it if it is too late, or
     * null.
     */
    Frame.@Nullable GoAway attach(Session session, ServerTunnel tunnel, ClientEntry proved) {
        ClientEntry entry = proofs.now(session.client(), proved);
        if (entry == null) {
            return proofs.farewell();
        }
        if (session.state() == Session.State.ENDED) {
            return new Frame.GoAway(GoAwayCode.REPLACED, session.ref().id(), "a later run of this client took over", 0);
        }
        cancelEnd(session);
        proofs.add(tunnel, proved);
        session.permit(entry);
        session.add(tunnel);
        events.attached(session);
        return null;
    }

    /** Other grants hold: whose key was withdrawn is sent away, whose rights have changed has others. */
    public void regrant() {
        List<Session> sessions = new ArrayList<>(all());
        sessions.addAll(leaving);
        for (Session session : sessions) {
            Proofs.Review review = proofs.review(session);
            ClientEntry entry = review.entry();
            if (entry == null) {
                withdraw(session);
                continue;
            }
            Frame.GoAway farewell = proofs.farewell();
            review.withdrawn().forEach(tunnel -> cut(tunnel, farewell));
            if (!entry.equals(session.entry()) && session.state() != Session.State.ENDED) {
                session.permit(entry);
                events.permitted(session);
            }
        }
    }

    private void withdraw(Session session) {
        Frame.GoAway farewell = proofs.farewell();
        List<ServerTunnel> tunnels = session.tunnels();
        if (session.state() != Session.State.ENDED) {
            forget(session);
            session.ended();
            events.ended(session, false);
        }
        logEnd(session, "its key was withdrawn; reference " + farewell.reference());
        directory.end(session.ref(), ResetCode.FORBIDDEN, "the key of this client was withdrawn");
        tunnels.forEach(tunnel -> cut(tunnel, farewell));
    }

    private static void cut(ServerTunnel tunnel, Frame.GoAway farewell) {
        tunnel.close(farewell, FAREWELL)
                .onFailure(failure -> LOG.error("a tunnel whose key was withdrawn did not close", failure));
    }

    /** The client registers its whole set of proxies. A lower revision is ignored. */
    void register(Session session, Frame.Register register) {
        wants(session, register.revision(), GroupKeys.marked(register.proxies(), key));
    }

    private void wants(Session session, long revision, List<ProxySpec> proxies) {
        if (session.state() != Session.State.ENDED && revision >= session.revision()) {
            session.register(revision, proxies);
            events.registered(session, proxies);
        }
    }

    /** The client has told another node what it wants. */
    public void follow(Session session, SessionEvents.Wanted wanted) {
        wants(session, wanted.revision(), wanted.proxies());
    }

    /** The client said that it leaves for good: nothing new is published for it, what runs may finish. */
    void bye(Session session) {
        if (session.state() != Session.State.ENDED) {
            end(session, true, "client left");
            if (session.tunnels().isEmpty()) {
                endStreams(session, "the client has left");
            } else {
                leaving.add(session);
            }
        }
    }

    /** It has waited in vain. */
    private void expire(Session session) {
        end(session, false, "the client has not come back");
    }

    private void end(Session session, boolean goodbye, String reason) {
        forget(session);
        session.ended();
        events.ended(session, goodbye);
        logEnd(session, reason);
    }

    /** Unless they can go on at another node. */
    private void endStreams(Session session, String reason) {
        if (!session.paths().hasLinks()) {
            directory.end(session.ref(), ResetCode.SESSION_ENDED, reason);
        }
    }

    /** A tunnel is gone. */
    void detach(Session session, ServerTunnel tunnel) {
        session.remove(tunnel);
        proofs.remove(tunnel);
        if (session.state() == Session.State.ATTACHED) {
            if (session.tunnels().isEmpty()) {
                suspend(session);
            }
            events.detached(session);
        } else if (session.state() == Session.State.ENDED && session.tunnels().isEmpty()) {
            leaving.remove(session);
            endStreams(session, "the client has left");
        }
    }

    private void suspend(Session session) {
        session.suspended(now());
        endTimers.put(session, vertx.setTimer(timing.resumeTimeout().toMillis(), id -> {
            endTimers.remove(session);
            expire(session);
        }));
    }

    private void cancelEnd(Session session) {
        Long timer = endTimers.remove(session);
        if (timer != null) {
            vertx.cancelTimer(timer);
        }
    }

    /** Ends the session now and closes its tunnels with {@code goAway}. */
    private Future<Void> finish(Session session, Frame.GoAway goAway) {
        forget(session);
        session.ended();
        logEnd(session, goAway.reason());
        return closeTunnels(session, goAway);
    }

    private Future<Void> closeTunnels(Session session, Frame.GoAway goAway) {
        directory.end(session.ref(), ResetCode.SESSION_ENDED, goAway.reason());
        return Future.all(session.tunnels().stream()
                        .map(tunnel -> tunnel.close(goAway))
                        .toList())
                .mapEmpty();
    }

    private void forget(Session session) {
        cancelEnd(session);
        byName.remove(session.client(), session);
        byRef.remove(session.ref());
    }

    private static void logEnd(Session session, String reason) {
        LOG.atInfo()
                .setMessage("session ended")
                .addKeyValue("client", session.client())
                .addKeyValue("session", session.ref())
                .addKeyValue("reason", reason)
                .log();
    }

    /** Tells every tunnel that the node leaves. New ones are the caller's to refuse. */
    public void drain(Frame.GoAway goAway) {
        all().forEach(session -> session.tunnels().forEach(tunnel -> tunnel.drain(goAway)));
    }

    /** Ends every session; completes when their tunnels are closed. */
    public Future<Void> close(Frame.GoAway goAway) {
        vertx.cancelTimer(housekeeping);
        List<Future<Void>> closing = new ArrayList<>();
        all().forEach(session -> closing.add(finish(session, goAway)));
        leaving.forEach(session -> closing.add(closeTunnels(session, goAway)));
        return Future.all(closing).mapEmpty();
    }

    private static long now() {
        return System.currentTimeMillis();
    }
}
