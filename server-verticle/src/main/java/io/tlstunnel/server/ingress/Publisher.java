package io.tlstunnel.server.ingress;

import io.tlstunnel.config.VisitRules;
import io.tlstunnel.server.routing.Claim;
import io.tlstunnel.server.routing.Claims;
import io.tlstunnel.server.routing.Group;
import io.tlstunnel.server.routing.IngressKey;
import io.tlstunnel.server.routing.Registration;
import io.tlstunnel.server.tunnel.Session;
import io.tlstunnel.wire.ProxyResult;
import io.tlstunnel.wire.ProxySpec;
import io.tlstunnel.wire.RefusalCode;
import io.tlstunnel.wire.ResetCode;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides what is published: permission, then claim, then listening socket. Level-triggered: whatever could not be
 * published is tried again by {@link #retry} until it can or is withdrawn. Control context only.
 */
final class Publisher {
    private static final Logger LOG = LoggerFactory.getLogger(Publisher.class);

    /** Ports that are tried for {@code publish_port = 0} before it is left to the next {@link #retry}. */
    private static final int MOST_PICKS = 64;

    /** Told whenever the result of a proxy changed. */
    interface Changes {
        void changed(Session session, List<ProxyResult> results, List<Registration.Entry> entries);

        /** A proxy is not offered any more: its visitors have to go. {@link #changed} follows. */
        void withdrawn(Session session, PublishedProxy proxy, ResetCode code, String reason);
    }

    private final PortPolicy policy;
    private final PortPicker picker;
    private final Claims claims;
    private final Listeners listeners;
    private final ConflictSentence conflicts;
    private final Elsewhere elsewhere;
    private final Changes changes;
    private final Map<Session, List<PublishedProxy>> published = new HashMap<>();
    /** Sessions of which something is being published just now, and when that is over. */
    private final Map<Session, Future<Void>> settling = new HashMap<>();

    Publisher(
            PortPolicy policy,
            PortPicker picker,
            Claims claims,
            Listeners listeners,
            ConflictSentence conflicts,
            Elsewhere elsewhere,
            Changes changes) {
        this.policy = policy;
        this.picker = picker;
        this.claims = claims;
        this.listeners = listeners;
        this.conflicts = conflicts;
        this.elsewhere = elsewhere;
        this.changes = changes;
    }

    /** Makes {@code specs} the whole set of the session: what is the same stays, untouched. */
    Future<Void> publish(Session session, List<ProxySpec> specs) {
        List<PublishedProxy> before = published.getOrDefault(session, List.of());
        List<PublishedProxy> after = new ArrayList<>();
        for (ProxySpec spec : specs) {
            after.add(before.stream()
                    .filter(proxy -> proxy.isAlike(spec))
                    .findFirst()
                    .map(proxy -> proxy.asks(spec))
                    .orElseGet(() -> new PublishedProxy(spec)));
        }
        published.put(session, List.copyOf(after));
        List<PublishedProxy> gone =
                before.stream().filter(proxy -> !after.contains(proxy)).toList();
        gone.stream()
                .filter(proxy -> specs.stream()
                        .noneMatch(spec -> spec.name().equals(proxy.spec().name())))
                .forEach(proxy -> changes.withdrawn(
                        session, proxy, ResetCode.NO_SUCH_PROXY, "the client no longer publishes this proxy"));
        return withdraw(session, gone).compose(done -> review(session));
    }

    /** Judges everything of the session anew: what is not allowed any more is withdrawn, and what is now published. */
    Future<Void> review(Session session) {
        List<PublishedProxy> forbidden = new ArrayList<>();
        for (PublishedProxy proxy : published.getOrDefault(session, List.of())) {
            IngressKey key = proxy.key();
            if (!proxy.isAccepted() || key == null) {
                continue;
            }
            Optional<ProxyResult.Refused> refusal = policy.refusal(proxy.spec(), session.entry())
                    .or(() -> policy.refusal(proxy.spec(), session.entry(), key.port()));
            if (refusal.isPresent()) {
                changes.withdrawn(
                        session, proxy, ResetCode.FORBIDDEN, refusal.get().reason());
                forbidden.add(proxy);
            }
            proxy.decided(refusal.<ProxyResult>map(refused -> refused).orElse(proxy.result()));
        }
        return withdraw(session, forbidden).compose(done -> settle(session)).onSuccess(done -> tell(session));
    }

    /** What limits the visitors of a proxy that is published. */
    VisitRules visits(Session session, String name) {
        return published.getOrDefault(session, List.of()).stream()
                .filter(proxy -> proxy.spec().name().equals(name))
                .map(PublishedProxy::visits)
                .findFirst()
                .orElse(VisitRules.NONE);
    }

    /**
     * Takes everything of a session back.
     *
     * @param forAll whether the session is over on all nodes; another one needs its claims else
     */
    void withdraw(Session session, boolean forAll) {
        List<PublishedProxy> all = published.remove(session);
        if (all == null) {
            return;
        }
        if (forAll) {
            withdraw(session, all)
                    .onSuccess(done -> retry())
                    .onFailure(failure -> LOG.error("the claims of {} were not removed", session.client(), failure));
        } else {
            all.forEach(this::close);
        }
    }

    /** Publishes nothing of the session any more. What it has claimed stays claimed, and is returned. */
    List<Claim> abandon(Session session) {
        List<PublishedProxy> all = published.remove(session);
        if (all == null) {
            return List.of();
        }
        List<Claim> claimed = all.stream()
                .map(proxy -> claimOf(session, proxy))
                .flatMap(Optional::stream)
                .toList();
        all.forEach(this::close);
        return claimed;
    }

    /** Whether anything of the session was ever asked for here. */
    boolean knows(Session session) {
        return published.containsKey(session);
    }

    private static Optional<Claim> claimOf(Session session, PublishedProxy proxy) {
        return Optional.ofNullable(proxy.key()).map(key -> claim(session, proxy.spec(), key));
    }

    /** Of a proxy that the policy allows. */
    private static Claim claim(Session session, ProxySpec spec, IngressKey key) {
        return new Claim(key, session.client(), spec.name(), session.ref(), Group.of(spec));
    }

    private void close(PublishedProxy proxy) {
        IngressKey key = proxy.key();
        if (key != null) {
            proxy.unclaimed();
            closeUnlessShared(key);
        }
    }

    /** Other members of a group may have claimed it as well. */
    private void closeUnlessShared(IngressKey key) {
        if (published.values().stream().flatMap(List::stream).noneMatch(other -> key.equals(other.key()))) {
            listeners.close(key);
        }
    }

    /** {@code heir} keeps the listening sockets of {@code old} open until it says what it wants. */
    Future<Void> inherit(Session old, Session heir) {
        List<PublishedProxy> all = published.remove(old);
        if (all == null) {
            return Future.succeededFuture();
        }
        published.put(heir, all);
        return Future.all(all.stream()
                        .map(proxy -> claimOf(heir, proxy))
                        .flatMap(Optional::stream)
                        .map(claims::take)
                        .toList())
                .mapEmpty();
    }

    private Future<Void> withdraw(Session session, List<PublishedProxy> proxies) {
        List<Future<Void>> removals = new ArrayList<>();
        for (PublishedProxy proxy : proxies) {
            Optional<Claim> claim = claimOf(session, proxy);
            close(proxy);
            claim.ifPresent(gone -> removals.add(claims.remove(gone)));
        }
        return Future.all(removals).mapEmpty();
    }

    /** Another node cannot have that address, and all have to: nobody publishes it. */
    void failedElsewhere(Session session, IngressKey key, String reason) {
        for (PublishedProxy proxy : published.getOrDefault(session, List.of())) {
            if (key.equals(proxy.key())) {
                changes.withdrawn(session, proxy, ResetCode.NO_SUCH_PROXY, reason);
                giveUp(session, proxy, reason)
                        .onFailure(failure -> LOG.error("the claim of {} was not removed", key, failure));
                tell(session);
            }
        }
    }

    /** Claims anew what is claimed: the other part of a cluster that was cut in two may have given it away. */
    void reclaim() {
        for (Session session : List.copyOf(published.keySet())) {
            List<Future<Void>> settled = published.getOrDefault(session, List.of()).stream()
                    .map(proxy -> reclaim(session, proxy))
                    .toList();
            Future.all(settled)
                    .onSuccess(done -> tell(session))
                    .onFailure(failure -> LOG.error("claiming for {} anew failed", session.client(), failure));
        }
    }

    private Future<Void> reclaim(Session session, PublishedProxy proxy) {
        Optional<Claim> claim = claimOf(session, proxy);
        if (claim.isEmpty()) {
            return Future.succeededFuture();
        }
        return claims.take(claim.get()).map(conflict -> {
            conflict.ifPresent(other -> {
                // Nobody new comes in for it; whoever is in stays.
                String reason = conflicts.of(claim.get(), other, session);
                close(proxy);
                proxy.decided(new ProxyResult.Refused(proxy.spec().name(), RefusalCode.CONFLICT, reason));
            });
            return null;
        });
    }

    /** Tries again what could not be published, for all sessions. */
    void retry() {
        for (Session session : List.copyOf(published.keySet())) {
            if (settling.containsKey(session)) {
                continue;
            }
            List<ProxyResult> before = results(session);
            settle(session).onSuccess(done -> {
                if (!before.equals(results(session))) {
                    tell(session);
                }
            });
        }
    }

    private void tell(Session session) {
        List<PublishedProxy> proxies = published.get(session);
        if (proxies != null) {
            List<Registration.Entry> entries =
                    proxies.stream().map(PublishedProxy::entry).toList();
            changes.changed(session, results(session), entries);
        }
    }

    /** What came of each proxy whose client has asked this node. */
    Map<ProxyId, ProxyResult> results() {
        Map<ProxyId, ProxyResult> results = new HashMap<>();
        published.forEach((session, proxies) -> proxies.forEach(
                proxy -> results.put(new ProxyId(session.client(), proxy.spec().name()), proxy.result())));
        return results;
    }

    List<ProxyResult> results(Session session) {
        return published.getOrDefault(session, List.of()).stream()
                .map(PublishedProxy::result)
                .toList();
    }

    /** One round after the other: two that ran beside each other would claim two ports for one proxy. */
    private Future<Void> settle(Session session) {
        Future<Void> round =
                settling.getOrDefault(session, Future.succeededFuture()).transform(before -> settleAll(session));
        settling.put(session, round);
        return round.onComplete(over -> settling.remove(session, round));
    }

    /** One after the other: two proxies of one session must not race for a port. */
    private Future<Void> settleAll(Session session) {
        Future<Void> chain = Future.succeededFuture();
        for (PublishedProxy proxy : published.getOrDefault(session, List.of())) {
            if (!proxy.isAccepted()) {
                chain = chain.compose(done -> settle(session, proxy));
            }
        }
        return chain;
    }

    private Future<Void> settle(Session session, PublishedProxy proxy) {
        Optional<ProxyResult.Refused> refusal = policy.refusal(proxy.spec(), session.entry());
        if (refusal.isPresent()) {
            proxy.decided(refusal.get());
            return Future.succeededFuture();
        }
        int port = proxy.spec().publishPort();
        Future<Void> settled = port == 0 ? pick(session, proxy, new HashSet<>()) : claim(session, proxy, port);
        return settled.otherwise(failure -> {
            LOG.error("publishing {} of {} failed", proxy.spec().name(), session.client(), failure);
            proxy.decided(new ProxyResult.Retry(proxy.spec().name(), "the server failed; its log says more"));
            return null;
        });
    }

    /** Claims the first port that can be had, past those that another program holds. */
    private Future<Void> pick(Session session, PublishedProxy proxy, Set<Integer> tried) {
        return portFor(session, proxy, tried)
                .compose(port -> port.isEmpty()
                        ? noFreePort(proxy)
                        : claim(session, proxy, port.get()).compose(done -> {
                            tried.add(port.get());
                            return isPicked(session, proxy) || tried.size() == MOST_PICKS || !isWanted(session, proxy)
                                    ? Future.succeededFuture()
                                    : withdraw(session, List.of(proxy)).compose(free -> pick(session, proxy, tried));
                        }));
    }

    /** Another node has picked for all: what cannot be had here can be had there. */
    private boolean isPicked(Session session, PublishedProxy proxy) {
        IngressKey key = proxy.key();
        return proxy.isAccepted() || (key != null && elsewhere.has(session, key));
    }

    private boolean isWanted(Session session, PublishedProxy proxy) {
        return published.getOrDefault(session, List.of()).contains(proxy);
    }

    private Future<Optional<Integer>> portFor(Session session, PublishedProxy proxy, Set<Integer> tried) {
        IngressKey claimed = proxy.key();
        return claimed == null
                ? picker.pick(session, proxy.spec(), tried)
                : Future.succeededFuture(Optional.of(claimed.port()));
    }

    private Future<Void> noFreePort(PublishedProxy proxy) {
        proxy.decided(new ProxyResult.Refused(
                proxy.spec().name(),
                RefusalCode.NO_FREE_PORT,
                "no port of auto_ports " + picker.autoPorts() + " is free"));
        return Future.succeededFuture();
    }

    private Future<Void> claim(Session session, PublishedProxy proxy, int port) {
        ProxySpec spec = proxy.spec();
        Optional<IngressKey> parsed = IngressKey.of(spec.publishAddr(), port);
        if (parsed.isEmpty()) {
            proxy.decided(new ProxyResult.Refused(
                    spec.name(), RefusalCode.INVALID, "publish_addr " + spec.publishAddr() + " is no IP address"));
            return Future.succeededFuture();
        }
        IngressKey key = parsed.get();
        Claim wanted = claim(session, spec, key);
        return claims.take(wanted).compose(conflict -> {
            if (conflict.isPresent()) {
                proxy.decided(new ProxyResult.Refused(
                        spec.name(), RefusalCode.CONFLICT, conflicts.of(wanted, conflict.get(), session)));
                return Future.succeededFuture();
            }
            if (!isWanted(session, proxy)) {
                // Withdrawn while it was being claimed.
                return claims.remove(wanted);
            }
            proxy.claimed(key);
            return listen(session, proxy, key);
        });
    }

    private Future<Void> listen(Session session, PublishedProxy proxy, IngressKey key) {
        return elsewhere.objection(session, key).compose(objection -> {
            if (!key.equals(proxy.key())) {
                // Withdrawn while the others were asked.
                return Future.succeededFuture();
            }
            return objection.isEmpty() ? open(session, proxy, key) : giveUp(session, proxy, objection.get());
        });
    }

    /** Another node cannot have what the proxy has claimed, and all have to. */
    private Future<Void> giveUp(Session session, PublishedProxy proxy, String reason) {
        proxy.decided(new ProxyResult.Refused(proxy.spec().name(), RefusalCode.BIND_FAILED, reason));
        return withdraw(session, List.of(proxy));
    }

    private Future<Void> open(Session session, PublishedProxy proxy, IngressKey key) {
        ProxySpec spec = proxy.spec();
        return listeners.open(key).transform(opened -> {
            if (opened.failed()) {
                ProxyResult refused = new ProxyResult.Refused(
                        spec.name(),
                        RefusalCode.BIND_FAILED,
                        String.valueOf(opened.cause().getMessage()));
                if (elsewhere.mayHave(key)) {
                    proxy.offeredElsewhere(refused);
                } else {
                    proxy.decided(refused);
                }
            } else if (proxy.key() == null) {
                // Withdrawn while the socket was being opened.
                closeUnlessShared(key);
            } else {
                proxy.decided(new ProxyResult.Accepted(spec.name(), key.toString()));
                picker.picked(session.client(), spec.name(), key.port());
            }
            return Future.succeededFuture();
        });
    }
}
