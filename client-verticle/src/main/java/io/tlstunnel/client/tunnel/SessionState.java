package io.tlstunnel.client.tunnel;

import io.tlstunnel.client.status.ClientMetrics;
import io.tlstunnel.config.ProxyConfig;
import io.tlstunnel.config.Sharing.Health;
import io.tlstunnel.mux.handshake.OwnSession;
import io.tlstunnel.security.ResumeSecret;
import io.tlstunnel.wire.Frame;
import io.tlstunnel.wire.ProxyResult;
import io.tlstunnel.wire.ProxySpec;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * The client's session, as all its tunnels share it: who it is, what it asks for, what the server made of that. On the
 * client's control context only, but for {@link #current}.
 */
final class SessionState {
    private static final Logger LOG = LoggerFactory.getLogger(SessionState.class);

    /** REGISTER is sent again that long after a {@code retry}. */
    private static final long RETRY_MILLIS = 1_000;

    /** Stands for the only node where there is no cluster: what it is called does not matter then. */
    private static final String SINGLE = "";

    private final Vertx vertx;
    private List<ProxyConfig> configured;
    private Set<String> down = Set.of();
    private List<ProxySpec> proxies;
    private final ClientMetrics metrics;
    private long revision = 1;
    /** The latest that a server has answered. */
    private long answered;

    private final Answers answers = new Answers();
    /** The tunnels that are up, and the node of each. */
    private final Map<ClientTunnel, String> tunnels = new LinkedHashMap<>();

    private boolean cluster;
    private final Promise<Map<String, ProxyResult>> decided = Promise.promise();
    private volatile @Nullable OwnSession current;

    SessionState(Vertx vertx, List<ProxyConfig> proxies, ClientMetrics metrics) {
        this.vertx = vertx;
        this.metrics = metrics;
        this.configured = proxies;
        this.proxies = specs();
    }

    private List<ProxySpec> specs() {
        return configured.stream()
                .map(proxy -> new ProxySpec(
                        proxy.name(),
                        proxy.type(),
                        proxy.publishAddr(),
                        proxy.publishPort(),
                        proxy.options(down.contains(proxy.name()) ? Health.DOWN : Health.UP)))
                .toList();
    }

    /** Asks for another set from now on: what is not in it is withdrawn by the server. */
    void ask(List<ProxyConfig> changed) {
        configured = changed;
        ask();
    }

    /** The services of these proxies are down, and of no others. */
    void down(Set<String> names) {
        down = names;
        ask();
    }

    private void ask() {
        List<ProxySpec> wanted = specs();
        if (wanted.equals(proxies)) {
            return;
        }
        proxies = wanted;
        revision++;
        Set<String> names = wanted.stream().map(ProxySpec::name).collect(Collectors.toSet());
        answers.proxies().stream().filter(name -> !names.contains(name)).forEach(this::withdrawn);
        register();
    }

    private void register() {
        tunnels.keySet().stream().findFirst().ifPresent(tunnel -> tunnel.send(new Frame.Register(revision, proxies)));
    }

    private void withdrawn(String proxy) {
        if (answers.isPublished(proxy)) {
            noLongerPublished(proxy);
        }
        answers.withdraw(proxy);
    }

    private void noLongerPublished(String proxy) {
        metrics.proxiesPublished().down();
        LOG.atInfo()
                .setMessage("no longer published")
                .addKeyValue("proxy", proxy)
                .log();
    }

    /** What HELLO shows, or null before the first WELCOME. Any thread. */
    @Nullable
    OwnSession current() {
        return current;
    }

    Set<ClientTunnel> tunnels() {
        return Set.copyOf(tunnels.keySet());
    }

    /** Completes when the server has decided about every proxy the first time. */
    Future<Map<String, ProxyResult>> decided() {
        return decided.future();
    }

    /** A tunnel is up. Another session than before ends what belonged to the old one. */
    void welcomed(ClientTunnel tunnel, Frame.Welcome welcome, ResumeSecret secret) {
        OwnSession old = current;
        if (old != null && !old.ref().equals(welcome.session())) {
            tunnels.keySet().forEach(this::end);
        }
        current = new OwnSession(welcome.session(), secret);
        tunnels.put(tunnel, welcome.nodeId());
        cluster |= welcome.members() > 1;
        if (welcome.revision() < revision) {
            tunnel.send(new Frame.Register(revision, proxies));
        }
    }

    private void end(ClientTunnel tunnel) {
        tunnel.close().onFailure(failure -> LOG.error("a tunnel did not close", failure));
    }

    void lost(ClientTunnel tunnel) {
        boolean known = tunnels.remove(tunnel) != null;
        forgetOthers();
        if (known && answered < revision) {
            // What was asked over it may have gone with it.
            register();
        }
    }

    /** Whether a GOAWAY(replaced) with that reference is about the session that this client has now. */
    boolean isCurrent(String sessionId) {
        OwnSession now = current;
        return now != null && now.ref().id().equals(sessionId);
    }

    void registered(ClientTunnel tunnel, Frame.Registered registered) {
        if (registered.revision() != revision || !tunnels.containsKey(tunnel)) {
            return;
        }
        answered = revision;
        String node = cluster ? registered.nodeId() : SINGLE;
        boolean retry = false;
        for (ProxyResult result : registered.results()) {
            boolean published = answers.isPublished(result.proxy());
            ProxyResult before = answers.heard(node, result);
            retry |= result instanceof ProxyResult.Retry;
            if (!result.equals(before)) {
                report(node, result);
            }
            count(published, answers.isPublished(result.proxy()));
        }
        forgetOthers();
        if (retry) {
            vertx.setTimer(RETRY_MILLIS, ignored -> tunnel.send(new Frame.Register(revision, proxies)));
        } else {
            decide();
        }
    }

    private void decide() {
        Map<String, ProxyResult> results = new LinkedHashMap<>();
        for (ProxySpec proxy : proxies) {
            ProxyResult result = answers.of(proxy.name());
            if (result == null) {
                return;
            }
            results.put(proxy.name(), result);
        }
        decided.tryComplete(results);
    }

    private void count(boolean before, boolean now) {
        if (now && !before) {
            metrics.proxiesPublished().up();
        } else if (before && !now) {
            metrics.proxiesPublished().down();
        }
    }

    /** Nodes that have no tunnel any more count no longer, once one that has some has spoken. */
    private void forgetOthers() {
        Set<String> live = Set.copyOf(tunnels.values());
        if (!cluster || !answers.hasAnyOf(live)) {
            return;
        }
        List<String> published =
                answers.proxies().stream().filter(answers::isPublished).toList();
        answers.retain(live);
        published.stream().filter(proxy -> !answers.isPublished(proxy)).forEach(this::noLongerPublished);
    }

    private void report(String node, ProxyResult result) {
        if (result instanceof ProxyResult.Accepted accepted) {
            by(node, LOG.atInfo().setMessage("published"))
                    .addKeyValue("proxy", accepted.proxy())
                    .addKeyValue("address", accepted.publicAddress())
                    .log();
        } else if (result instanceof ProxyResult.Refused refused) {
            by(node, LOG.atWarn().setMessage("not published; the server tries again by itself where that can help"))
                    .addKeyValue("proxy", refused.proxy())
                    .addKeyValue("code", refused.code())
                    .addKeyValue("reason", refused.reason())
                    .log();
        }
    }

    /** In a cluster a line says which node speaks. */
    private static LoggingEventBuilder by(String node, LoggingEventBuilder line) {
        return node.equals(SINGLE) ? line : line.addKeyValue("node", node);
    }
}
