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
import io.tlstunnel.transport.socket.AcceptedSocket;
import io.tlstunnel.transport.socket.FarConnection;
import io.tlstunnel.wire.Endpoint;
import io.tlstunnel.wire.ResetCode;
import io.vertx.core.Context;
import java.time.Duration;
import java.util.Map;
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
    private final Ways ways;
    private final ServerMetrics metrics;
    private final VisitorRules rules;
    private volatile Duration holdTimeout;

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
        this.ways = new Ways(routes, sessions);
        this.metrics = metrics;
    }

    /** Who finds no tunnel from now on waits that long. */
    void holdTimeout(Duration changed) {
        holdTimeout = changed;
    }

    /** Counts the streams of those whom a key leads to from now on; none if it is no longer published. */
    void meters(IngressKey key, Map<ProxyId, ProxyMeter> meters) {
        ways.meters(key, meters);
    }

    /** The context of the tunnel that the next connection would get, or null if there is none right now. */
    @Nullable
    Context likely(IngressKey key) {
        NodeTunnel tunnel = ways.likely(key);
        return tunnel == null ? null : tunnel.context();
    }

    /**
     * Gives the connection to a tunnel.
     *
     * @return false if there is none right now; the caller still has the connection then
     */
    boolean enter(IngressKey key, AcceptedSocket socket) {
        Visit visit = new Visit(key);
        Way first = ways.choose(key, visit.tried());
        if (first == null) {
            return false;
        }
        if (!rules.let(key, socket)) {
            return true;
        }
        Way way = admit(visit, first);
        if (way == null) {
            turnAway(visit, socket);
            return true;
        }
        socket.attach(way.tunnel().context())
                .onSuccess(connection -> open(visit, way, connection))
                .onFailure(failure -> {
                    way.paths().leave();
                    LOG.atDebug()
                            .setMessage("a visitor left before its stream began")
                            .addKeyValue("visitor", Endpoint.of(socket.remoteAddress()))
                            .setCause(failure)
                            .log();
                });
        return true;
    }

    /** Counts the visitor in there, or on the next way that has room; null if there is none. */
    private @Nullable Way admit(Visit visit, @Nullable Way first) {
        Way way = first;
        while (way != null && !hasRoom(visit, way)) {
            way = ways.choose(visit.key(), visit.tried());
        }
        return way;
    }

    private boolean hasRoom(Visit visit, Way way) {
        if (!way.paths().enter()) {
            visit.refusedBy(way.route().client(), VisitorRefusal.LIMIT);
            return false;
        }
        if (!rules.counts(visit.key(), way.route())) {
            way.paths().leave();
            visit.refusedBy(way.route().client(), VisitorRefusal.RATE);
            return false;
        }
        return true;
    }

    private void turnAway(Visit visit, AcceptedSocket socket) {
        if (visit.refusal() == VisitorRefusal.RATE) {
            rules.tooMany(visit.key(), socket);
        } else {
            metrics.refused(visit.refusal());
            socket.reject();
        }
    }

    private void open(Visit visit, Way way, FarConnection accepted) {
        FarConnection connection = rules.limit(visit.key(), way.route(), accepted);
        Stream stream = way.tunnel()
                .open(request(
                        way.route(), connection, ThreadLocalRandom.current().nextLong()));
        VisitorStream owner = begin(visit, way, new VisitorStream(way, way.tunnel(), stream, connection));
        connection.start(stream);
        stream.attach(connection.socket());
        if (stream.isSuspended()) {
            // The tunnel went in this very moment.
            if (passOn(visit, owner)) {
                stream.abandon(ResetCode.SERVICE_UNREACHABLE, "the tunnel was lost");
            } else {
                way.paths().streams().waitForTunnel(stream, holdTimeout.toNanos());
            }
        }
        rules.endIfWithdrawn(way.route(), stream);
        way.tunnel().flush();
    }

    private OpenRequest request(Route route, FarConnection connection, long trace) {
        return new OpenRequest(
                node.nextStream(),
                route.proxy().name(),
                route.revision(),
                Endpoint.of(connection.remoteAddress()),
                Endpoint.of(connection.localAddress()),
                trace,
                route.session());
    }

    private VisitorStream begin(Visit visit, Way way, VisitorStream owner) {
        Stream stream = owner.stream();
        StreamHandle handle = way.paths().streams().add(stream, owner.tunnel(), owner, (over, outcome) -> {
            rules.untrack(way.route(), over);
            owner.finished(over, outcome);
        });
        rules.track(way.route(), handle);
        if (ways.isGroup(visit.key())) {
            stream.fallback((refused, code) -> passOn(visit, owner));
        }
        return owner;
    }

    /**
     * Another member of the group gets the connection of a stream of which nothing was delivered. On its thread.
     *
     * @return false if there is none
     */
    private boolean passOn(Visit visit, VisitorStream from) {
        visit.tried().add(from.way().route().client());
        Way way = admit(visit, ways.choose(visit.key(), visit.tried()));
        if (way == null) {
            return false;
        }
        FarConnection connection = from.connection();
        Stream stream =
                from.handOver(request(way.route(), connection, from.stream().trace()));
        FarConnection limited = rules.limitAgain(visit.key(), way.route(), connection, stream);
        stream.replaceFar(limited.socket());
        begin(visit, way, new VisitorStream(way, from.tunnel(), stream, limited));
        metrics.passedOn();
        LOG.atDebug()
                .setMessage("a visitor goes to the next member of a group")
                .addKeyValue("visitor", Endpoint.of(connection.remoteAddress()))
                .addKeyValue("from", from.way().route().client())
                .addKeyValue("to", way.route().client())
                .log();
        way.paths().streams().detached(stream);
        rules.endIfWithdrawn(way.route(), stream);
        return true;
    }
}
