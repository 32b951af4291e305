package io.tlstunnel.server.ingress;

import io.tlstunnel.metrics.ProxyMeter;
import io.tlstunnel.mux.OpenRequest;
import io.tlstunnel.mux.Stream;
import io.tlstunnel.mux.resume.StreamHandle;
import io.tlstunnel.server.admin.ServerMetrics;
import io.tlstunnel.server.admin.VisitorRefusal;
import io.tlstunnel.server.routing.IngressKey;
import io.tlstunnel.server.routing.Route;
import io.tlstunnel.server.routing.RouteTable;
import io.tlstunnel.server.tunnel.NodeIdentity;
import io.tlstunnel.server.tunnel.NodeTunnel;
import io.tlstunnel.server.tunnel.SessionDirectory;
import io.tlstunnel.server.tunnel.SessionPaths;
import io.tlstunnel.transport.socket.AcceptedSocket;
import io.tlstunnel.transport.socket.FarConnection;
import io.tlstunnel.wire.Endpoint;
import io.vertx.core.Context;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets public connections in: looks the route up, picks a tunnel, and gives the accepted socket to the thread of that
 * tunnel, where it stays. Any thread.
 */
final class VisitorDoor {
    private static final Logger LOG = LoggerFactory.getLogger(VisitorDoor.class);

    private final NodeIdentity node;
    private final RouteTable routes;
    private final SessionDirectory sessions;
    private final ServerMetrics metrics;
    private final VisitorRules rules;
    private volatile Duration holdTimeout;
    private final Map<IngressKey, ProxyMeter> meters = new ConcurrentHashMap<>();

    VisitorDoor(
            NodeIdentity node,
            RouteTable routes,
            SessionDirectory sessions,
            ServerMetrics metrics,
            VisitorRules rules,
            Duration holdTimeout) {
        this.rules = rules;
        this.holdTimeout = holdTimeout;
        this.node = node;
        this.routes = routes;
        this.sessions = sessions;
        this.metrics = metrics;
    }

    /** Who finds no tunnel from now on waits that long. */
    void holdTimeout(Duration changed) {
        holdTimeout = changed;
    }

    /** Counts the streams of a key from now on. */
    void meter(IngressKey key, ProxyMeter meter) {
        meters.put(key, meter);
    }

    /** The key is no longer published. */
    void forget(IngressKey key) {
        meters.remove(key);
    }

    /** The context of the tunnel that the next connection would get, or null if there is none right now. */
    @Nullable
    Context likely(IngressKey key) {
        Route route = routes.find(key);
        SessionPaths paths = route == null ? null : sessions.find(route.session());
        NodeTunnel tunnel = paths == null ? null : paths.pick();
        return tunnel == null ? null : tunnel.context();
    }

    /**
     * Gives the connection to a tunnel.
     *
     * @return false if there is none right now; the caller still has the connection then
     */
    boolean enter(IngressKey key, AcceptedSocket socket) {
        Route route = routes.find(key);
        SessionPaths paths = route == null ? null : sessions.find(route.session());
        NodeTunnel tunnel = paths == null ? null : paths.pick();
        ProxyMeter meter = meters.get(key);
        if (route == null || paths == null || tunnel == null || meter == null) {
            return false;
        }
        if (!rules.let(key, socket)) {
            return true;
        }
        if (!paths.enter()) {
            metrics.refused(VisitorRefusal.LIMIT);
            socket.reject();
            return true;
        }
        socket.attach(tunnel.context())
                .onSuccess(connection -> open(route, paths, tunnel, meter, rules.limit(key, connection)))
                .onFailure(failure -> {
                    paths.leave();
                    LOG.atDebug()
                            .setMessage("a visitor left before its stream began")
                            .addKeyValue("visitor", Endpoint.of(socket.remoteAddress()))
                            .setCause(failure)
                            .log();
                });
        return true;
    }

    private void open(Route route, SessionPaths paths, NodeTunnel tunnel, ProxyMeter meter, FarConnection connection) {
        Endpoint visitor = Endpoint.of(connection.remoteAddress());
        Stream stream = tunnel.open(new OpenRequest(
                node.nextStream(),
                route.proxy().name(),
                route.revision(),
                visitor,
                Endpoint.of(connection.localAddress()),
                ThreadLocalRandom.current().nextLong(),
                route.session()));
        VisitorStream owner = new VisitorStream(visitor, paths, tunnel, meter, stream, connection);
        StreamHandle handle = paths.streams().add(stream, tunnel, owner, (over, outcome) -> {
            rules.untrack(route, over);
            owner.finished(over, outcome);
        });
        rules.track(route, handle);
        connection.start(stream);
        stream.attach(connection.socket());
        if (stream.isSuspended()) {
            // The tunnel went in this very moment.
            paths.streams().waitForTunnel(stream, holdTimeout.toNanos());
        }
        rules.endIfWithdrawn(route, stream);
        tunnel.flush();
    }
}
