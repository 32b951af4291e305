package io.tlstunnel.server.ingress;

import io.tlstunnel.server.admin.ServerMetrics;
import io.tlstunnel.server.admin.VisitorRefusal;
import io.tlstunnel.server.routing.IngressKey;
import io.tlstunnel.transport.socket.AcceptedSocket;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiPredicate;

/**
 * New public connections whose client has no tunnel right now: they wait for {@code hold_timeout}, unread, then are
 * reset. Control context only.
 */
final class HeldVisitors {
    /** Each holds a descriptor and nothing else. */
    private static final int MOST = 1_024;

    private record Held(IngressKey key, AcceptedSocket socket) {}

    private final Vertx vertx;
    private Duration timeout;
    private final BiPredicate<IngressKey, AcceptedSocket> enter;
    private final ServerMetrics metrics;
    private final Set<Held> waiting = new LinkedHashSet<>();

    /** @param enter tries to give the connection to a tunnel */
    HeldVisitors(Vertx vertx, Duration timeout, BiPredicate<IngressKey, AcceptedSocket> enter, ServerMetrics metrics) {
        this.vertx = vertx;
        this.timeout = timeout;
        this.enter = enter;
        this.metrics = metrics;
    }

    /** Who comes from now on waits that long. */
    void timeout(Duration changed) {
        timeout = changed;
    }

    void hold(IngressKey key, AcceptedSocket socket) {
        // A tunnel may have come up while this connection was on its way here.
        if (enter.test(key, socket)) {
            return;
        }
        if (timeout.isZero() || waiting.size() >= MOST) {
            refuse(socket);
            return;
        }
        Held held = new Held(key, socket);
        waiting.add(held);
        metrics.heldConnections().up();
        vertx.setTimer(timeout.toMillis(), ignored -> {
            if (waiting.remove(held)) {
                metrics.heldConnections().down();
                refuse(socket);
            }
        });
    }

    /** How many of that key wait. */
    long count(IngressKey key) {
        return waiting.stream().filter(held -> held.key().equals(key)).count();
    }

    /** How long who comes now would wait. */
    Duration timeout() {
        return timeout;
    }

    /** Tries again for all: a tunnel came up, or a route changed. */
    void retry() {
        for (Held held : List.copyOf(waiting)) {
            if (enter.test(held.key(), held.socket())) {
                waiting.remove(held);
                metrics.heldConnections().down();
            }
        }
    }

    /** Refuses everything that waits. */
    void close() {
        waiting.forEach(held -> {
            metrics.heldConnections().down();
            refuse(held.socket());
        });
        waiting.clear();
    }

    private void refuse(AcceptedSocket socket) {
        metrics.refused(VisitorRefusal.NO_TUNNEL);
        socket.reject();
    }
}
