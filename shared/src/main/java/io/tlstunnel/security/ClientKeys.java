package io.tlstunnel.security;

import io.tlstunnel.config.ClientEntry;
import io.tlstunnel.config.Secret;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The keys of a server's clients. A listed name is accepted with its own keys only; every other name with those of the
 * wildcard client, if there is one. Nobody is called {@code *}. Immutable, any thread.
 */
public final class ClientKeys implements KeyLookup<ClientEntry> {
    private static final String WILDCARD = "*";

    private final Map<String, List<Candidate<ClientEntry>>> listed;
    private final List<Candidate<ClientEntry>> wildcard;

    private ClientKeys(Map<String, List<Candidate<ClientEntry>>> listed) {
        List<Candidate<ClientEntry>> others = listed.remove(WILDCARD);
        this.listed = Map.copyOf(listed);
        this.wildcard = others == null ? List.of() : others;
    }

    /**
     * Derives every key, each distinct one once. Blocking, some 50 ms of CPU per key on all cores: at start, never on an
     * event loop.
     */
    public static ClientKeys derive(List<ClientEntry> entries) {
        Map<Secret, TunnelKey> derived = entries.parallelStream()
                .flatMap(entry -> entry.keys().stream())
                .distinct()
                .collect(Collectors.toMap(
                        Function.identity(), secret -> TunnelKey.derive(secret, TunnelKey.Purpose.TUNNEL)));
        Map<String, List<Candidate<ClientEntry>>> byName = new HashMap<>();
        for (ClientEntry entry : entries) {
            byName.put(entry.name(), candidatesOf(entry, derived));
        }
        return new ClientKeys(byName);
    }

    private static List<Candidate<ClientEntry>> candidatesOf(ClientEntry entry, Map<Secret, TunnelKey> derived) {
        if (entry.keys().size() > MAX_KEYS) {
            throw new IllegalArgumentException("client " + entry.name() + " has more than two keys");
        }
        return entry.keys().stream()
                .map(secret -> new Candidate<>(Objects.requireNonNull(derived.get(secret)), entry))
                .toList();
    }

    @Override
    public List<Candidate<ClientEntry>> candidates(String name) {
        if (name.equals(WILDCARD)) {
            return List.of();
        }
        return listed.getOrDefault(name, wildcard);
    }
}
