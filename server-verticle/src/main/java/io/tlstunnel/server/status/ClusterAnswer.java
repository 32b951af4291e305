package io.tlstunnel.server.status;

import io.tlstunnel.metrics.AdminStatus;
import io.tlstunnel.server.cluster.Peer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code /api/v1/cluster}.
 *
 * @param since when this node started
 * @param address that the others reach it at, or null for a single node
 */
record ClusterAnswer(
        String node,
        long incarnation,
        Instant since,
        @Nullable String address,
        List<Other> others) implements AdminStatus.Answer {

    /**
     * Another member.
     *
     * @param isWhole whether this node knows all that the other one has told
     */
    record Other(Peer peer, boolean isWhole) {}

    @Override
    public JsonObject toJson() {
        JsonArray members = new JsonArray().add(own());
        others.stream()
                .sorted(Comparator.comparing((Other other) -> other.peer().name())
                        .thenComparing(other -> other.peer().incarnation()))
                .forEach(other -> members.add(json(other)));
        return new JsonObject()
                .put("node", node)
                .put("clustered", address != null)
                .put("members", members)
                .put("whole", others.stream().allMatch(Other::isWhole));
    }

    private JsonObject own() {
        return member(node, incarnation, address, since)
                .put("self", true)
                .putNull("links")
                .put("whole", true);
    }

    private static JsonObject json(Other other) {
        Peer peer = other.peer();
        return member(peer.name(), peer.incarnation(), peer.link().getAddress().getHostAddress(), peer.since())
                .put("self", false)
                .put("links", peer.links())
                .put("whole", other.isWhole());
    }

    private static JsonObject member(String name, long incarnation, @Nullable String address, Instant since) {
        return new JsonObject()
                .put("name", name)
                .put("incarnation", NodeNames.incarnation(incarnation))
                .put("address", address)
                .put("since", since.truncatedTo(ChronoUnit.SECONDS).toString());
    }
}
