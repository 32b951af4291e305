package io.tlstunnel.metrics;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * The streams that run on one thread, so that their bytes reach the meters while they run: {@link #sweep} now and then
 * hands over what came since the last time. One thread.
 */
public final class LiveTraffic {
    private final Set<Entry> entries = new LinkedHashSet<>();

    /** One stream and its meter. */
    public final class Entry {
        private final ProxyMeter meter;
        private final LongSupplier inward;
        private final LongSupplier outward;
        private long toldInward;
        private long toldOutward;

        private Entry(ProxyMeter meter, LongSupplier inward, LongSupplier outward) {
            this.meter = meter;
            this.inward = inward;
            this.outward = outward;
        }

        private void tell() {
            long in = inward.getAsLong();
            long out = outward.getAsLong();
            if (in != toldInward || out != toldOutward) {
                meter.bytes(in - toldInward, out - toldOutward);
                toldInward = in;
                toldOutward = out;
            }
        }

        /** The stream is over: hands over the rest. Called once. */
        public void end() {
            tell();
            entries.remove(this);
        }
    }

    /**
     * A stream begins.
     *
     * @param inward bytes from the visitor to the service so far
     * @param outward bytes from the service to the visitor so far
     */
    public Entry begin(ProxyMeter meter, LongSupplier inward, LongSupplier outward) {
        Entry entry = new Entry(meter, inward, outward);
        entries.add(entry);
        return entry;
    }

    /** Hands over what came since the last time. */
    public void sweep() {
        entries.forEach(Entry::tell);
    }
}
