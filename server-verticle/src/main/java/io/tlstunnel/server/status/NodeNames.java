package io.tlstunnel.server.status;

import io.tlstunnel.server.routing.Holder;
import io.vertx.core.json.JsonArray;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Ids of nodes, for people, by their incarnations. */
record NodeNames(Map<Long, String> byIncarnation) {

    /** The id; its incarnation for one that is not known any more. */
    String of(long incarnation) {
        return byIncarnation.getOrDefault(incarnation, incarnation(incarnation));
    }

    /** The nodes that have tunnels, each once. */
    JsonArray json(List<Holder> holders) {
        return new JsonArray(ids(holders).toList());
    }

    /** The same for a sentence. */
    String sentence(List<Holder> holders) {
        return String.join(", ", ids(holders).toList());
    }

    private Stream<String> ids(List<Holder> holders) {
        return holders.stream().map(Holder::incarnation).distinct().map(this::of);
    }

    static String incarnation(long incarnation) {
        return "%016x".formatted(incarnation);
    }
}
