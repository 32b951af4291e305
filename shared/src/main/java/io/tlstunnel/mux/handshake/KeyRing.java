package io.tlstunnel.mux.handshake;

import io.tlstunnel.security.Candidate;
import io.tlstunnel.security.KeyLookup;
import io.tlstunnel.security.Role;
import io.tlstunnel.security.TunnelKey;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The keys that a name may prove, filled up with random ones: a name with two keys, one or none takes the same steps, so
 * that time does not tell which names exist.
 */
final class KeyRing<E> {
    private final List<Candidate<E>> candidates;
    private final List<TunnelKey> decoys = new ArrayList<>();

    KeyRing(List<Candidate<E>> candidates, SecureRandom random) {
        this.candidates = candidates;
        for (int i = candidates.size(); i < KeyLookup.MAX_KEYS; i++) {
            decoys.add(TunnelKey.random(random));
        }
    }

    /** Whether the name is unknown. */
    boolean isEmpty() {
        return candidates.isEmpty();
    }

    /** The candidate whose key made the dialling side's MAC, or null. Tries them all, whatever it finds. */
    @Nullable
    Candidate<E> match(byte[] transcript, byte[] mac) {
        @Nullable Candidate<E> found = null;
        for (Candidate<E> candidate : candidates) {
            if (candidate.key().verifies(Role.DIALLED, transcript, mac)) {
                found = candidate;
            }
        }
        for (TunnelKey decoy : decoys) {
            if (decoy.verifies(Role.DIALLED, transcript, mac)) {
                throw new IllegalStateException("a random key was guessed");
            }
        }
        return found;
    }
}
