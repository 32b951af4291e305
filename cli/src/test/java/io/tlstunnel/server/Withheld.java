package io.tlstunnel.server;

import io.vertx.core.Handler;
import io.vertx.core.eventbus.DeliveryContext;
import io.vertx.core.eventbus.EventBus;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** Messages of the event bus that a node does not get, until this is closed. */
public final class Withheld implements AutoCloseable {
    private final EventBus bus;
    private final Handler<DeliveryContext<Object>> filter;
    private final AtomicInteger count = new AtomicInteger();

    private Withheld(EventBus bus, Set<String> beginnings) {
        this.bus = bus;
        this.filter = delivery -> {
            if (beginnings.stream().anyMatch(delivery.message().address()::startsWith)) {
                count.incrementAndGet();
            } else {
                delivery.next();
            }
        };
        bus.addInboundInterceptor(filter);
    }

    /** All that come to addresses that begin so. */
    public static Withheld from(TunnelServer node, String... beginnings) {
        return new Withheld(node.bus().eventBus(), Set.of(beginnings));
    }

    /** How many so far. */
    public int count() {
        return count.get();
    }

    @Override
    public void close() {
        bus.removeInboundInterceptor(filter);
    }
}
