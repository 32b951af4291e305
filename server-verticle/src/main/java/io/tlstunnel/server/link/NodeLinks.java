package io.tlstunnel.server.link;

import io.tlstunnel.config.ClusterConfig;
import io.tlstunnel.config.HostPort;
import io.tlstunnel.config.ServerConfig;
import io.tlstunnel.mux.MemoryBudget;
import io.tlstunnel.mux.relay.Relay;
import io.tlstunnel.security.NodeKey;
import io.tlstunnel.security.TunnelKey;
import io.tlstunnel.server.admin.ServerMetrics;
import io.tlstunnel.server.routing.Holder;
import io.tlstunnel.server.tunnel.NodeTunnel;
import io.tlstunnel.server.tunnel.Relaying;
import io.tlstunnel.server.tunnel.ServerTunnel;
import io.tlstunnel.server.tunnel.SessionDirectory;
import io.tlstunnel.transport.EventLoopContext;
import io.tlstunnel.transport.VertxRuntime;
import io.tlstunnel.transport.link.LinkDialler;
import io.tlstunnel.transport.link.LinkPort;
import io.tlstunnel.transport.tls.LinkTls;
import io.tlstunnel.wire.Frame;
import io.tlstunnel.wire.GoAwayCode;
import io.tlstunnel.wire.StreamId;
import io.vertx.core.Future;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** All links of this node. Any thread. */
public final class NodeLinks implements Relaying {
    /** Who has not been a member for so long will not come back. */
    private static final long GONE_NANOS = Duration.ofSeconds(10).toNanos();

    private final LinkTerms terms;
    private final LinkTls tls;
    private final ClusterConfig cluster;
    private final List<LinkLoop> loops = new ArrayList<>();
    private final Map<Holder, IngressLink> accepted = new ConcurrentHashMap<>();
    private final List<Runnable> watchers = new CopyOnWriteArrayList<>();
    private final long bornNanos = System.nanoTime();
    private final Map<Long, Long> goneSince = new ConcurrentHashMap<>();
    private volatile Map<Long, InetSocketAddress> members = Map.of();
    private LinkPort.@Nullable Open port;

    /**
     * @param node id of this node
     * @param key proves that a node is of this cluster
     */
    public NodeLinks(
            String node,
            long incarnation,
            TunnelKey key,
            NodeKey nodeKey,
            LinkTls tls,
            ServerConfig config,
            ClusterConfig cluster,
            VertxRuntime runtime,
            MemoryBudget budget,
            ServerMetrics metrics) {
        this.terms =
                new LinkTerms(node, incarnation, key, nodeKey, config, runtime, budget, metrics, new SecureRandom());
        this.tls = tls;
        this.cluster = cluster;
        LinkDialler dialler = new LinkDialler(
                runtime, tls, config.timing().connectTimeout(), config.timing().handshakeTimeout());
        for (EventLoopContext loop : runtime.loops()) {
            loops.add(new LinkLoop(
                    new LinkName(incarnation, loops.size()),
                    loop,
                    terms,
                    dialler,
                    cluster.relayBudget(),
                    this::isGone));
        }
        metrics.relayReserved(() -> loops.stream().mapToLong(LinkLoop::reserved).sum());
    }

    /** Opens the port that the others dial. */
    public Future<Void> listen(String nodeAddr, SessionDirectory sessions) {
        LinkAcceptor acceptor = new LinkAcceptor(terms, sessions, this::up, this::gone);
        return LinkPort.listen(
                        terms.runtime(),
                        new HostPort(nodeAddr, cluster.linkPort()),
                        tls,
                        terms.handshakeTimeout(),
                        acceptor)
                .onSuccess(open -> port = open)
                .mapEmpty();
    }

    private void up(IngressLink link) {
        IngressLink before = accepted.put(holder(link), link);
        if (before == null) {
            terms.metrics().links().up();
        } else {
            before.close(new Frame.GoAway(GoAwayCode.BYE, "", "another link took its place", 0));
        }
        changed();
    }

    private void gone(IngressLink link) {
        if (accepted.remove(holder(link), link)) {
            terms.metrics().links().down();
            changed();
        }
    }

    private static Holder holder(IngressLink link) {
        return new Holder(link.from().incarnation(), link.from().loop());
    }

    private void changed() {
        watchers.forEach(Runnable::run);
    }

    /** Has {@code changed} told, on any thread, when links that visitors can take have come up or gone. */
    public void onChange(Runnable changed) {
        watchers.add(changed);
    }

    /** The link to a node's loop, or null while there is none. */
    public @Nullable NodeTunnel to(Holder holder) {
        return accepted.get(holder);
    }

    /** Links to a node that visitors can take. */
    public int count(long incarnation) {
        return (int) accepted.keySet().stream()
                .filter(holder -> holder.incarnation() == incarnation)
                .count();
    }

    /** These are the other members now, and where they are dialled. One after the other. */
    public void members(Map<Long, InetSocketAddress> now) {
        long nanos = System.nanoTime();
        for (Long known : members.keySet()) {
            if (!now.containsKey(known)) {
                goneSince.put(known, nanos);
            }
        }
        now.keySet().forEach(goneSince::remove);
        members = Map.copyOf(now);
        loops.forEach(loop -> loop.members(now));
    }

    private boolean isGone(long incarnation) {
        long since = goneSince.getOrDefault(incarnation, bornNanos);
        return incarnation != terms.incarnation()
                && !members.containsKey(incarnation)
                && System.nanoTime() - since >= GONE_NANOS;
    }

    // ---- from clients' tunnels --------------------------------------------------------------------------------------

    @Override
    public int loopOf(EventLoopContext loop) {
        for (int i = 0; i < loops.size(); i++) {
            if (loops.get(i).loop().eventLoop() == loop.eventLoop()) {
                return i;
            }
        }
        throw new IllegalArgumentException("a loop that is none of Vert.x's");
    }

    @Override
    public Relay begin(ServerTunnel tunnel, int loop) {
        return loops.get(loop).begin(tunnel);
    }

    @Override
    public void end(ServerTunnel tunnel, int loop) {
        loops.get(loop).end(tunnel);
    }

    @Override
    public boolean isOwn(StreamId stream) {
        return stream.incarnation() == terms.incarnation();
    }

    /** Takes no more links and closes those that stand. */
    public Future<Void> close() {
        Future<Void> closed = port == null ? Future.succeededFuture() : port.close();
        loops.forEach(LinkLoop::close);
        List<Future<Void>> links = new ArrayList<>();
        accepted.values()
                .forEach(link -> links.add(link.close(new Frame.GoAway(GoAwayCode.BYE, "", "the node stops", 0))));
        return closed.compose(done -> Future.join(links)).mapEmpty();
    }
}
