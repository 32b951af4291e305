package io.tlstunnel.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetric;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.util.function.ToLongFunction;

/** Memory of Netty's allocator, which Vert.x shares; most of it is not seen by the JVM's own buffer pools. */
final class AllocatorMeters {

    private AllocatorMeters() {}

    static void bindTo(MeterRegistry registry) {
        if (ByteBufAllocator.DEFAULT instanceof ByteBufAllocatorMetricProvider provider) {
            final ByteBufAllocatorMetric metric = provider.metric();
            gauge(registry, metric, "direct", ByteBufAllocatorMetric::usedDirectMemory);
            gauge(registry, metric, "heap", ByteBufAllocatorMetric::usedHeapMemory);
        }
    }

    private static void gauge(
            MeterRegistry registry,
            ByteBufAllocatorMetric metric,
            String memory,
            ToLongFunction<ByteBufAllocatorMetric> value) {
        Gauge.builder("netty_buffer_memory_bytes", () -> value.applyAsLong(metric))
                .description("Bytes that Netty's buffer allocator has taken from the system, free chunks included")
                .tag("memory", memory)
                .register(registry);
    }
}
