package io.tlstunnel.server.ingress;

import io.tlstunnel.server.routing.IngressKey;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Sockets that are open, or taken, once the test says so. */
final class SlowListeners implements Listeners {
    private final Map<IngressKey, Promise<Void>> opening = new LinkedHashMap<>();
    private final Set<IngressKey> open = new HashSet<>();

    @Override
    public Future<Void> open(IngressKey key) {
        return open.contains(key)
                ? Future.succeededFuture()
                : opening.computeIfAbsent(key, any -> Promise.promise()).future();
    }

    @Override
    public Future<Void> probe(IngressKey key) {
        return Future.succeededFuture();
    }

    @Override
    public void close(IngressKey key) {
        open.remove(key);
    }

    @Override
    public SocketStatus status(IngressKey key) {
        return SocketStatus.CLOSED;
    }

    /** The one that is being opened is taken by another program. Returns its port. */
    int taken() {
        IngressKey key = only();
        opening.remove(key).fail(key + " is in use");
        return key.port();
    }

    /** The one that is being opened is open. Returns its port. */
    int opened() {
        IngressKey key = only();
        open.add(key);
        opening.remove(key).complete();
        return key.port();
    }

    private IngressKey only() {
        List<IngressKey> keys = new ArrayList<>(opening.keySet());
        if (keys.size() != 1) {
            throw new AssertionError("not one is being opened, but " + keys);
        }
        return keys.get(0);
    }

    /** Ports that are being opened. */
    List<Integer> opening() {
        return opening.keySet().stream().map(IngressKey::port).toList();
    }

    /** Ports that are open. */
    List<Integer> open() {
        return open.stream().map(IngressKey::port).toList();
    }
}
