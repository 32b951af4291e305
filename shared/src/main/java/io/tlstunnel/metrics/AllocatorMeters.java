package io.tlstunnel.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetric;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/**
 * Memory of Netty's allocators, most of it not seen by the JVM's own buffer pools: of the pooled one, from which the bytes
 * of streams come, and of Netty's standard one, which Vert.x uses.
 */
final class AllocatorMeters {

    private AllocatorMeters() {}

    static void bindTo(MeterRegistry registry) {
        final List<ByteBufAllocatorMetric> allocators = Stream.of(
                        PooledByteBufAllocator.DEFAULT, ByteBufAllocator.DEFAULT)
                .distinct()
                .filter(ByteBufAllocatorMetricProvider.class::isInstance)
                .map(allocator -> ((ByteBufAllocatorMetricProvider) allocator).metric())
                .toList();
        gauge(registry, allocators, "direct", ByteBufAllocatorMetric::usedDirectMemory);
        gauge(registry, allocators, "heap", ByteBufAllocatorMetric::usedHeapMemory);
    }

    private static void gauge(
            MeterRegistry registry,
            List<ByteBufAllocatorMetric> allocators,
            String memory,
            ToLongFunction<ByteBufAllocatorMetric> value) {
        Gauge.builder(
                        "netty_buffer_memory_bytes",
                        () -> allocators.stream().mapToLong(value).sum())
                .description("Bytes that Netty's buffer allocators have taken from the system, free chunks included")
                .tag("memory", memory)
                .register(registry);
    }
}
