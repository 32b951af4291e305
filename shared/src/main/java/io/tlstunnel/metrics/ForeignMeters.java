package io.tlstunnel.metrics;

import com.sun.management.OperatingSystemMXBean;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Brings what Micrometer's binders make in line with Prometheus' conventions. */
final class ForeignMeters implements MeterFilter {

    /**
     * Nanoseconds are no base unit; and the number of workers is bound twice, for acceptors and loops, of which only the
     * first would show.
     */
    private static final Set<String> DENIED = Set.of("process.cpu.time", "netty.eventexecutor.workers");

    /** Labelled with identity hashes, new ones after each start; {@link AllocatorMeters} says the same and stays put. */
    private static final String ALLOCATOR = "netty.allocator.";

    /** A name that ends in {@code _count} is a histogram's. */
    private static final Map<String, String> RENAMED = Map.of("system.cpu.count", "system.cpus");

    private static final Map<String, String> DESCRIBED = Map.of(
            "netty.eventexecutor.tasks.pending",
            "Tasks that wait for their turn on an event loop; a number that stays high means the loop is overloaded");

    /** {@code process_cpu_seconds_total}, as everyone's dashboards call it. */
    static void bindProcessorTime(MeterRegistry registry) {
        if (ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system) {
            FunctionCounter.builder(
                            "process.cpu",
                            system,
                            bean -> (double) bean.getProcessCpuTime() / TimeUnit.SECONDS.toNanos(1))
                    .baseUnit("seconds")
                    .description("Processor time of this process, user and system")
                    .register(registry);
        }
    }

    @Override
    public MeterFilterReply accept(Meter.Id id) {
        return DENIED.contains(id.getName()) || id.getName().startsWith(ALLOCATOR)
                ? MeterFilterReply.DENY
                : MeterFilterReply.NEUTRAL;
    }

    @Override
    public Meter.Id map(Meter.Id id) {
        final String description = DESCRIBED.get(id.getName());
        if (description != null) {
            return new Meter.Id(
                    id.getName(), Tags.of(id.getTagsAsIterable()), id.getBaseUnit(), description, id.getType());
        }
        return id.withName(RENAMED.getOrDefault(id.getName(), id.getName()));
    }
}
