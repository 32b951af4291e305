package io.tlstunnel.security;

import io.tlstunnel.config.ClientEntry;
import io.tlstunnel.config.Secret;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a server's clients. A listed name is accepted with its own keys only; every other name with those of the
 * wildcard client, if there is one. Nobody is called {@code *}. Immutable, any thread.
 */
public final class ClientKeys implements KeyLookup<ClientEntry> {
    private static final String WILDCARD = "*";

    private final Map<Secret, TunnelKey> derived;
    private final Map<String, List<Candidate<ClientEntry>>> listed;
    private final List<Candidate<ClientEntry>> wildcard;

    private ClientKeys(Map<Secret, TunnelKey> derived, Map<String, List<Candidate<ClientEntry>>> listed) {
        this.derived = derived;
        List<Candidate<ClientEntry>> others = listed.remove(WILDCARD);
        this.listed = Map.copyOf(listed);
        this.wildcard = others == null ? List.of() : others;
    }

    /**
     * Derives every key, each distinct one once. Blocking, some 50 ms of CPU per key on all cores: at start, never on an
     * event loop.
     */
    public static ClientKeys derive(List<ClientEntry> entries) {
        return derive(entries, Map.of());
    }

    /** The keys of other entries; derives those only that are not known here. Blocking, as {@link #derive}. */
    public ClientKeys renewed(List<ClientEntry> entries) {
        return derive(entries, derived);
    }

    private static ClientKeys derive(List<ClientEntry> entries, Map<Secret, TunnelKey> known) {
        Map<Secret, TunnelKey> derived = entries.parallelStream()
                .flatMap(entry -> entry.keys().stream())
                .distinct()
                .collect(Collectors.toMap(Function.identity(), secret -> {
                    TunnelKey key = known.get(secret);
                    return key != null ? key : TunnelKey.derive(secret, TunnelKey.Purpose.TUNNEL);
                }));
        Map<String, List<Candidate<ClientEntry>>> byName = new HashMap<>();
        for (ClientEntry entry : entries) {
            byName.put(entry.name(), candidatesOf(entry, derived));
        }
        return new ClientKeys(derived, byName);
    }

    private static List<Candidate<ClientEntry>> candidatesOf(ClientEntry entry, Map<Secret, TunnelKey> derived) {
        if (entry.keys().size() > MAX_KEYS) {
            throw new IllegalArgumentException("client " + entry.name() + " has more than two keys");
        }
        return entry.keys().stream()
                .map(secret -> new Candidate<>(Objects.requireNonNull(derived.get(secret)), entry.provedBy(secret)))
                .toList();
    }

    /** What that key allows a client of that name; null if it is not a key of that name. */
    public @Nullable ClientEntry entry(String name, Secret key) {
        return candidates(name).stream()
                .map(Candidate::entry)
                .filter(entry -> entry.keys().contains(key))
                .findFirst()
                .orElse(null);
    }

    @Override
    public List<Candidate<ClientEntry>> candidates(String name) {
        if (name.equals(WILDCARD)) {
            return List.of();
        }
        return listed.getOrDefault(name, wildcard);
    }
}
