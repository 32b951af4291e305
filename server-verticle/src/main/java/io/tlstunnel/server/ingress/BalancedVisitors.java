package io.tlstunnel.server.ingress;

import io.tlstunnel.config.BalancerConfig;
import io.tlstunnel.logging.LogThrottle;
import io.tlstunnel.server.admin.ServerMetrics;
import io.tlstunnel.server.admin.VisitorRefusal;
import io.tlstunnel.server.routing.IngressKey;
import io.tlstunnel.transport.VertxRuntime;
import io.tlstunnel.transport.balancer.HeaderException;
import io.tlstunnel.transport.socket.AcceptedSocket;
import io.tlstunnel.wire.Endpoint;
import io.vertx.core.Context;
import java.time.Duration;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Public connections that all come by a balancer ({@code publish_proxy_protocol}): each begins with a PROXY header, which
 * names the visitor. Nobody else may come. Any thread.
 */
final class BalancedVisitors {
    private static final Logger LOG = LoggerFactory.getLogger(BalancedVisitors.class);
    /** Lines of one kind in 10 s. */
    private static final int LINES = 5;

    private enum Fault {
        STRANGER,
        HEADER
    }

    private final VertxRuntime runtime;
    private final BalancerConfig balancer;
    private final Duration patience;
    private final VisitorDoor door;
    private final ServerMetrics metrics;
    private final BiConsumer<IngressKey, AcceptedSocket> visitors;
    private final LogThrottle<Fault> lines = new LogThrottle<>(LINES, System::nanoTime);

    /**
     * @param patience how long a header may take
     * @param visitors takes the connections, as those of the visitors; any thread
     */
    BalancedVisitors(
            VertxRuntime runtime,
            BalancerConfig balancer,
            Duration patience,
            VisitorDoor door,
            ServerMetrics metrics,
            BiConsumer<IngressKey, AcceptedSocket> visitors) {
        this.runtime = runtime;
        this.balancer = balancer;
        this.patience = patience;
        this.door = door;
        this.metrics = metrics;
        this.visitors = visitors;
    }

    void accept(IngressKey key, AcceptedSocket socket) {
        Endpoint peer = Endpoint.of(socket.remoteAddress());
        if (!balancer.trusts(socket.remoteAddress().getAddress())) {
            socket.reject();
            refused(Fault.STRANGER, key, peer, "it is none of trusted_proxies, and publish_proxy_protocol is on");
            return;
        }
        socket.behindProxyHeader(context(key), patience)
                .onSuccess(visitor -> visitors.accept(key, visitor))
                .onFailure(failure -> {
                    if (failure instanceof HeaderException) {
                        refused(Fault.HEADER, key, peer, "it has no proper PROXY header, " + failure.getMessage());
                    } else {
                        LOG.atDebug()
                                .setMessage("a balancer hung up before the end of its PROXY header")
                                .addKeyValue("peer", peer)
                                .log();
                    }
                });
    }

    /** The header is read where the stream is going to live: so the connection need not hop. */
    private Context context(IngressKey key) {
        Context likely = door.likely(key);
        return likely == null ? runtime.newLoop().context() : likely;
    }

    private void refused(Fault fault, IngressKey key, Endpoint peer, String reason) {
        metrics.refused(VisitorRefusal.PROXY_HEADER);
        int hidden = lines.admit(fault);
        if (hidden >= 0) {
            LOG.atWarn()
                    .setMessage("connection to a public port refused")
                    .addKeyValue("peer", peer)
                    .addKeyValue("address", key)
                    .addKeyValue("reason", reason)
                    .addKeyValue("hidden_before", hidden)
                    .log();
        }
    }
}
