package io.tlstunnel.metrics;

import io.micrometer.core.instrument.Tags;
import java.util.function.LongSupplier;

/** What the process as a whole holds and lost. Each method is called once, at start; suppliers answer any thread. */
public final class ProcessMeters {

    private final Meters meters;

    public ProcessMeters(Meters meters) {
        this.meters = meters;
    }

    /** Tells what runs, as the labels of a gauge that is always 1. */
    public void running(RunningInfo info) {
        meters.gauge(
                "info",
                "Always 1; the labels say which version runs, on which kernel interface and which TLS engine",
                Tags.of("version", info.version(), "io", info.io(), "tls", info.tls(), "data_path", info.dataPath()),
                () -> 1);
    }

    /**
     * Memory of streams.
     *
     * @param held bytes now
     * @param budget most it may be, in bytes
     */
    public void memory(LongSupplier held, LongSupplier budget) {
        meters.gauge(
                "memory_held_bytes",
                "Bytes that streams hold now: received and not delivered, or sent and not acknowledged",
                held);
        meters.gauge(
                "memory_budget_bytes",
                "memory_budget: when the bytes held come near, windows shrink and streams slow down",
                budget);
    }

    /** Lines of the log that were dropped because nobody read it; {@code total} never falls. */
    public void logDrops(LongSupplier total) {
        meters.counted("log_drops", "Log lines dropped because the output was too slow", total);
    }
}
