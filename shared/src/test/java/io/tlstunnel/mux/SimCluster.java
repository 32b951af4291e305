package io.tlstunnel.mux;

import io.tlstunnel.mux.relay.Links;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The nodes of the simulated world, the links between them, and what they know of each other. */
final class SimCluster {
    private static final long GONE_AFTER_NANOS = 10_000_000_000L;
    private static final long LONGEST_START_NANOS = 100_000_000;

    private final Simulation world;
    private final SimShape shape;
    private final List<SimProcess> nodes = new ArrayList<>();
    /** When an incarnation was killed. */
    private final Map<Long, Long> killedAt = new HashMap<>();

    private long incarnations;

    SimCluster(Simulation world, SimShape shape) {
        this.world = world;
        this.shape = shape;
        for (int i = 0; i < shape.nodes(); i++) {
            nodes.add(process());
        }
    }

    private SimProcess process() {
        return SimProcess.node(world, shape, ++incarnations);
    }

    List<SimProcess> nodes() {
        return nodes;
    }

    SimProcess any() {
        return nodes.get(world.random.nextInt(nodes.size()));
    }

    /** Links between all of them. */
    void start() {
        for (int i = 0; i < nodes.size(); i++) {
            for (int j = i + 1; j < nodes.size(); j++) {
                world.link(nodes.get(i), nodes.get(j));
            }
        }
    }

    /** Puts a new incarnation in the place of {@code old}, which was killed. */
    void replace(SimProcess old) {
        SimProcess young = process();
        killedAt.put(old.incarnation, world.timers.nanoTime());
        nodes.set(nodes.indexOf(old), young);
        world.timers.schedule(
                world.random.nextLong(LONGEST_START_NANOS),
                () -> nodes.forEach(node -> {
                    if (node != young && isUp(young)) {
                        world.link(node, young);
                    }
                }));
    }

    boolean isUp(SimProcess process) {
        return nodes.contains(process);
    }

    /** What {@code node} knows of the others. */
    Links links(SimProcess node) {
        return new Links() {
            @Override
            public @Nullable Tunnel find(long incarnation) {
                SimLink link = node.links.get(incarnation);
                return link == null ? null : link.tunnel();
            }

            @Override
            public boolean isGone(long incarnation) {
                Long at = killedAt.get(incarnation);
                return nodes.size() == 1 || (at != null && world.timers.nanoTime() - at >= GONE_AFTER_NANOS);
            }
        };
    }

    /** A client's tunnel to {@code holder} came or went: the others hear it a little later. */
    void announce(SimProcess holder) {
        boolean holds = holder.hasTunnel();
        for (SimProcess node : nodes) {
            SimLink link = node.links.get(holder.incarnation);
            if (link != null) {
                node.route(link, holds);
            }
        }
    }
}
