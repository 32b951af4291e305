package io.tlstunnel.transport.front;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the connections that are not tunnels. When all places are taken, a newcomer gets the place of the connection
 * that has been waiting longest (for TLS, for a request): many that never say a word cannot keep a client out. Any
 * thread.
 *
 * @param <C> a connection
 */
final class Admission<C> {
    private final int places;
    private final Consumer<C> evict;
    private final Set<C> inside = new LinkedHashSet<>();
    private final Set<C> waiting = new LinkedHashSet<>();

    Admission(int places, Consumer<C> evict) {
        this.places = places;
        this.evict = evict;
    }

    /** Whether {@code newcomer} gets a place; it then counts as waiting. */
    boolean enter(C newcomer) {
        C evicted;
        synchronized (this) {
            evicted = inside.size() >= places ? longestWaiting() : null;
            if (evicted == null && inside.size() >= places) {
                return false;
            }
            inside.add(newcomer);
            waiting.add(newcomer);
        }
        if (evicted != null) {
            evict.accept(evicted);
        }
        return true;
    }

    /** Waits (again). */
    synchronized void waits(C connection) {
        if (inside.contains(connection)) {
            waiting.remove(connection);
            waiting.add(connection);
        }
    }

    /** Serves a request now. */
    synchronized void works(C connection) {
        waiting.remove(connection);
    }

    /** Is gone, or is a tunnel now. */
    synchronized void leave(C connection) {
        inside.remove(connection);
        waiting.remove(connection);
    }

    synchronized int size() {
        return inside.size();
    }

    private @Nullable C longestWaiting() {
        Iterator<C> oldest = waiting.iterator();
        if (!oldest.hasNext()) {
            return null;
        }
        C found = oldest.next();
        oldest.remove();
        inside.remove(found);
        return found;
    }
}
