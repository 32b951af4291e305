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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The client's session, as all its tunnels share it: who it is, what it asks for, what the server made of that. On the
 * client's control context only, but for {@link #current}.
 */
final class SessionState {
    private static final Logger LOG = LoggerFactory.getLogger(SessionState.class);

    /** REGISTER is sent again that long after a {@code retry}. */
    private static final long RETRY_MILLIS = 1_000;

    private final Vertx vertx;
    private List<ProxyConfig> configured;
    private Set<String> down = Set.of();
    private List<ProxySpec> proxies;
    private final ClientMetrics metrics;
    private long revision = 1;
    /** The latest that a server has answered. */
    private long answered;

    private final Map<String, ProxyResult> results = new LinkedHashMap<>();
    private final Set<ClientTunnel> tunnels = new LinkedHashSet<>();
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
        List.copyOf(results.keySet()).stream()
                .filter(name -> !names.contains(name))
                .forEach(this::withdrawn);
        register();
    }

    private void register() {
        tunnels.stream().findFirst().ifPresent(tunnel -> tunnel.send(new Frame.Register(revision, proxies)));
    }

    private void withdrawn(String proxy) {
        if (results.remove(proxy) instanceof ProxyResult.Accepted) {
            metrics.proxiesPublished().down();
            LOG.atInfo()
                    .setMessage("no longer published")
                    .addKeyValue("proxy", proxy)
                    .log();
        }
    }

    /** What HELLO shows, or null before the first WELCOME. Any thread. */
    @Nullable
    OwnSession current() {
        return current;
    }

    Set<ClientTunnel> tunnels() {
        return Set.copyOf(tunnels);
    }

    /** Completes when the server has decided about every proxy the first time. */
    Future<Map<String, ProxyResult>> decided() {
        return decided.future();
    }

    /** A tunnel is up. Another session than before ends what belonged to the old one. */
    void welcomed(ClientTunnel tunnel, Frame.Welcome welcome, ResumeSecret secret) {
        OwnSession old = current;
        if (old != null && !old.ref().equals(welcome.session())) {
            tunnels.forEach(this::end);
        }
        current = new OwnSession(welcome.session(), secret);
        tunnels.add(tunnel);
        if (welcome.revision() < revision) {
            tunnel.send(new Frame.Register(revision, proxies));
        }
    }

    private void end(ClientTunnel tunnel) {
        tunnel.close().onFailure(failure -> LOG.error("a tunnel did not close", failure));
    }

    void lost(ClientTunnel tunnel) {
        if (tunnels.remove(tunnel) && answered < revision) {
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
        if (registered.revision() != revision || !tunnels.contains(tunnel)) {
            return;
        }
        answered = revision;
        boolean retry = false;
        for (ProxyResult result : registered.results()) {
            ProxyResult before = results.put(result.proxy(), result);
            retry |= result instanceof ProxyResult.Retry;
            if (!result.equals(before)) {
                report(result, before);
            }
        }
        if (retry) {
            vertx.setTimer(RETRY_MILLIS, ignored -> tunnel.send(new Frame.Register(revision, proxies)));
        } else if (results.size() == proxies.size()) {
            decided.tryComplete(new LinkedHashMap<>(results));
        }
    }

    private void report(ProxyResult result, @Nullable ProxyResult before) {
        if (result instanceof ProxyResult.Accepted accepted) {
            metrics.proxiesPublished().up();
            LOG.atInfo()
                    .setMessage("published")
                    .addKeyValue("proxy", accepted.proxy())
                    .addKeyValue("address", accepted.publicAddress())
                    .log();
        } else if (result instanceof ProxyResult.Refused refused) {
            LOG.atWarn()
                    .setMessage("not published; the server tries again by itself where that can help")
                    .addKeyValue("proxy", refused.proxy())
                    .addKeyValue("code", refused.code())
                    .addKeyValue("reason", refused.reason())
                    .log();
        }
        if (before instanceof ProxyResult.Accepted) {
            metrics.proxiesPublished().down();
        }
    }
}
