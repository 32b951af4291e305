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

    private Withheld(EventBus bus, Set<String> addresses) {
        this.bus = bus;
        this.filter = delivery -> {
            if (addresses.contains(delivery.message().address())) {
                count.incrementAndGet();
            } else {
                delivery.next();
            }
        };
        bus.addInboundInterceptor(filter);
    }

    /** All that come to those addresses. */
    public static Withheld from(TunnelServer node, String... addresses) {
        return new Withheld(node.bus().eventBus(), Set.of(addresses));
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
