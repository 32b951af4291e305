package io.tlstunnel.server.link;

import io.tlstunnel.mux.Tunnel;
import io.tlstunnel.mux.relay.Links;
import io.tlstunnel.mux.relay.Relay;
import io.tlstunnel.mux.relay.RelayBudget;
import io.tlstunnel.server.tunnel.NodeTunnel;
import io.tlstunnel.server.tunnel.ServerTunnel;
import io.tlstunnel.transport.EventLoopContext;
import io.tlstunnel.transport.link.LinkDialler;
import io.tlstunnel.wire.SessionRef;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/** One event loop among the nodes: the clients' tunnels on it, and its links to the others. On that loop. */
final class LinkLoop implements Links {
    private final LinkName name;
    private final EventLoopContext loop;
    private final LinkTerms terms;
    private final LinkDialler dialler;
    private final long relayBudget;
    private final LongPredicate gone;
    private final Map<SessionRef, List<ServerTunnel>> tunnels = new HashMap<>();
    /** Changed on the loop, read on any thread. */
    private final Map<ServerTunnel, RelayBudget> budgets = new ConcurrentHashMap<>();

    private final Map<Long, LinkKeeper> keepers = new HashMap<>();
    private Map<Long, InetSocketAddress> members = Map.of();
    private boolean needed;

    /** @param gone whether an incarnation will not come back; any thread */
    LinkLoop(
            LinkName name,
            EventLoopContext loop,
            LinkTerms terms,
            LinkDialler dialler,
            long relayBudget,
            LongPredicate gone) {
        this.name = name;
        this.loop = loop;
        this.terms = terms;
        this.dialler = dialler;
        this.relayBudget = relayBudget;
        this.gone = gone;
    }

    EventLoopContext loop() {
        return loop;
    }

    /** These are the other members now, and where they are dialled. Any thread. */
    void members(Map<Long, InetSocketAddress> now) {
        loop.context().runOnContext(ignored -> {
            members = now;
            keepers.entrySet().removeIf(known -> {
                boolean left = !now.containsKey(known.getKey());
                if (left) {
                    known.getValue().stop();
                }
                return left;
            });
            dialAll();
        });
    }

    private void dialAll() {
        if (needed) {
            members.forEach((incarnation, address) -> keepers.computeIfAbsent(incarnation, peer -> {
                LinkKeeper keeper = new LinkKeeper(name, peer, address, loop, terms, dialler, this::relay);
                keeper.dial();
                return keeper;
            }));
        }
    }

    /** A client's tunnel is up on this loop. */
    Relay begin(ServerTunnel tunnel) {
        tunnels.computeIfAbsent(tunnel.session().ref(), any -> new ArrayList<>(1))
                .add(tunnel);
        needed = true;
        dialAll();
        RelayBudget budget = new RelayBudget(relayBudget);
        budgets.put(tunnel, budget);
        return new Relay(
                tunnel.tunnel(),
                tunnel.session().ref(),
                budget,
                this,
                tunnel.session().entry().maxStreams());
    }

    /** It is gone. Links stay, warm for the next one. */
    void end(ServerTunnel tunnel) {
        budgets.remove(tunnel);
        SessionRef session = tunnel.session().ref();
        List<ServerTunnel> left = tunnels.get(session);
        if (left != null) {
            left.remove(tunnel);
            if (left.isEmpty()) {
                tunnels.remove(session);
            }
        }
    }

    /** Bytes that relays of this loop have reserved, as of a moment ago. Any thread. */
    long reserved() {
        return budgets.values().stream().mapToLong(RelayBudget::used).sum();
    }

    private @Nullable Relay relay(SessionRef session) {
        return tunnels.getOrDefault(session, List.of()).stream()
                .filter(NodeTunnel::isOpen)
                .min(Comparator.comparingInt(NodeTunnel::streams))
                .map(ServerTunnel::relay)
                .orElse(null);
    }

    @Override
    public @Nullable Tunnel find(long incarnation) {
        LinkKeeper keeper = keepers.get(incarnation);
        return keeper == null ? null : keeper.tunnel();
    }

    @Override
    public boolean isGone(long incarnation) {
        return gone.test(incarnation);
    }

    /** This node stops. Any thread. */
    void close() {
        loop.context().runOnContext(ignored -> {
            needed = false;
            keepers.values().forEach(LinkKeeper::stop);
            keepers.clear();
        });
    }
}
