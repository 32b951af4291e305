package io.tlstunnel.security;

import java.util.List;

/**
 * Says which keys may prove a name. Called on event loops: never blocks. Any thread.
 *
 * @param <E> the permissions behind a key
 */
@FunctionalInterface
public interface KeyLookup<E> {
    /** Most keys of one name: two during rotation. */
    int MAX_KEYS = 2;

    /** At most {@link #MAX_KEYS}; empty for an unknown name. */
    List<Candidate<E>> candidates(String name);
}
