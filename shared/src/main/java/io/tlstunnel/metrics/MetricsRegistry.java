package io.tlstunnel.metrics;

import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmInfoMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.micrometer.MetricsDomain;
import io.vertx.micrometer.MicrometerMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsOptions;
import io.vertx.micrometer.backends.BackendRegistries;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * All meters of one process. Any thread. A process that runs both ends (the demo) has two, which share nothing.
 *
 * <p>The JVM's own meters are bound by {@link #bindProcess}, which the admin server calls: who shows no metrics does not
 * pay for them at start.
 */
public final class MetricsRegistry implements AutoCloseable {

    private static final AtomicLong NUMBERS = new AtomicLong();

    /** Vert.x keeps registries in a static map by name: each of ours needs its own. */
    private final String name = "tls-tunnel-" + NUMBERS.incrementAndGet();

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final List<Runnable> beforeScrape = new CopyOnWriteArrayList<>();
    private final List<Object> kept = new CopyOnWriteArrayList<>();
    private final AtomicBoolean processBound = new AtomicBoolean();
    private final JvmGcMetrics collector = new JvmGcMetrics();

    public MetricsRegistry() {
        registry.config().meterFilter(new ForeignMeters());
    }

    /**
     * A builder whose Vert.x reports here: event bus, pools, waiting tasks of each event loop. Its sockets do not: on the
     * path of the bytes that would cost at each read, and streams are counted by {@link StreamMeters}.
     *
     * @param options changed: its metrics options are set
     */
    public VertxBuilder vertx(VertxOptions options) {
        final MicrometerMetricsOptions metrics = new MicrometerMetricsOptions()
                .setEnabled(true)
                .setRegistryName(name)
                .setJvmMetricsEnabled(false)
                .setNettyMetricsEnabled(true)
                .addDisabledMetricsCategory(MetricsDomain.NET_SERVER)
                .addDisabledMetricsCategory(MetricsDomain.NET_CLIENT)
                .addDisabledMetricsCategory(MetricsDomain.HTTP_SERVER)
                .addDisabledMetricsCategory(MetricsDomain.HTTP_CLIENT)
                .addDisabledMetricsCategory(MetricsDomain.DATAGRAM_SOCKET);
        return Vertx.builder()
                .with(options.setMetricsOptions(metrics))
                .withMetrics(new MicrometerMetricsFactory(registry));
    }

    /** A scope for meters whose names begin with {@code prefix} and an underscore. */
    public Meters meters(String prefix) {
        return new Meters(registry, kept, prefix);
    }

    /** Binds memory, collector, threads, processor, descriptors and Netty's allocator; once, however often called. */
    public void bindProcess() {
        if (processBound.compareAndSet(false, true)) {
            new ClassLoaderMetrics().bindTo(registry);
            new JvmMemoryMetrics().bindTo(registry);
            new JvmThreadMetrics().bindTo(registry);
            new JvmInfoMetrics().bindTo(registry);
            new ProcessorMetrics().bindTo(registry);
            new UptimeMetrics().bindTo(registry);
            new FileDescriptorMetrics().bindTo(registry);
            collector.bindTo(registry);
            ForeignMeters.bindProcessorTime(registry);
            AllocatorMeters.bindTo(registry);
        }
    }

    /** All meters as text. Takes some milliseconds with many series: not on an event loop that carries streams. */
    public String scrape(Exposition exposition) {
        beforeScrape.forEach(Runnable::run);
        return registry.scrape(exposition.contentType());
    }

    void beforeScrape(Runnable action) {
        beforeScrape.add(action);
    }

    /** Ends it. Meters may still be touched and read; nothing is collected any more. */
    @Override
    public void close() {
        collector.close();
        BackendRegistries.stop(name);
        registry.close();
    }
}
