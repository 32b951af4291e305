package io.tlstunnel.client.tunnel;

import io.tlstunnel.wire.ProxyResult;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What each node made of each proxy. A proxy is published if any node has accepted it. On one thread. */
final class Answers {
    /** By node, then by proxy. */
    private final Map<String, Map<String, ProxyResult>> byNode = new LinkedHashMap<>();

    /** A node speaks. Returns what it said of that proxy before, or null. */
    @Nullable
    ProxyResult heard(String node, ProxyResult result) {
        return byNode.computeIfAbsent(node, unheard -> new LinkedHashMap<>()).put(result.proxy(), result);
    }

    /** What holds of that proxy: where it is accepted, or else what was said last; null if nobody said anything. */
    @Nullable
    ProxyResult of(String proxy) {
        ProxyResult found = null;
        for (Map<String, ProxyResult> said : byNode.values()) {
            ProxyResult result = said.get(proxy);
            if (result instanceof ProxyResult.Accepted) {
                return result;
            }
            if (result != null) {
                found = result;
            }
        }
        return found;
    }

    boolean isPublished(String proxy) {
        return of(proxy) instanceof ProxyResult.Accepted;
    }

    /** Every proxy that somebody spoke of. */
    Set<String> proxies() {
        Set<String> all = new LinkedHashSet<>();
        byNode.values().forEach(said -> all.addAll(said.keySet()));
        return all;
    }

    /** Whether any of these nodes has spoken. */
    boolean hasAnyOf(Set<String> nodes) {
        return nodes.stream().anyMatch(byNode::containsKey);
    }

    /** Forgets a proxy. */
    void withdraw(String proxy) {
        byNode.values().forEach(said -> said.remove(proxy));
    }

    /** Forgets what other nodes than these have said. */
    void retain(Set<String> nodes) {
        byNode.keySet().retainAll(nodes);
    }
}
