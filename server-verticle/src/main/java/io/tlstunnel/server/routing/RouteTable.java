package io.tlstunnel.server.routing;

import io.tlstunnel.wire.SessionRef;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Ingress key → route, fed by the registrations on the event bus. Looked up on any thread: an immutable map behind one
 * volatile read. Changed on the context that started it only.
 */
public final class RouteTable {
    private final Map<String, Registration> byClient = new HashMap<>();
    private final Consumer<Registration> changed;
    private volatile Map<IngressKey, Route> routes = Map.of();
    private @Nullable MessageConsumer<JsonObject> consumer;

    /** @param changed told after each registration that was applied */
    public RouteTable(Consumer<Registration> changed) {
        this.changed = changed;
    }

    /** Starts to listen on the event bus. */
    public Future<Void> start(Vertx vertx) {
        consumer = vertx.eventBus().localConsumer(Registration.ADDRESS, message -> {
            if (Registration.isReadable(message.body())) {
                apply(Registration.of(message.body()));
            }
        });
        return consumer.completion();
    }

    /** The route of a key, or null. */
    public @Nullable Route find(IngressKey key) {
        return routes.get(key);
    }

    /** Only the highest epoch of a name is routed. */
    void apply(Registration registration) {
        Registration known = byClient.get(registration.client());
        if (known != null && isOlder(registration, known)) {
            return;
        }
        if (registration.entries().isEmpty()) {
            byClient.remove(registration.client());
        } else {
            byClient.put(registration.client(), registration);
        }
        routes = rebuild();
        changed.accept(registration);
    }

    private static boolean isOlder(Registration candidate, Registration known) {
        SessionRef session = candidate.session();
        return session.epoch() < known.session().epoch();
    }

    private Map<IngressKey, Route> rebuild() {
        Map<IngressKey, Route> next = new HashMap<>();
        for (Registration registration : byClient.values()) {
            for (Registration.Entry entry : registration.entries()) {
                next.put(
                        entry.key(),
                        new Route(
                                registration.client(), entry.proxy(), registration.session(), registration.revision()));
            }
        }
        return Map.copyOf(next);
    }
}
