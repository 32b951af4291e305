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
    public static final class Entry {
        private LiveTraffic thread;
        private final ProxyMeter meter;
        private final LongSupplier inward;
        private final LongSupplier outward;
        private long toldInward;
        private long toldOutward;

        private Entry(LiveTraffic thread, ProxyMeter meter, LongSupplier inward, LongSupplier outward) {
            this.thread = thread;
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
            leave();
        }

        /** The stream leaves this thread; {@link #arrive} on another follows. */
        public void leave() {
            tell();
            thread.entries.remove(this);
        }

        /** The stream has come to the thread of {@code next}. */
        public void arrive(LiveTraffic next) {
            thread = next;
            next.entries.add(this);
        }
    }

    /**
     * A stream begins.
     *
     * @param inward bytes from the visitor to the service so far
     * @param outward bytes from the service to the visitor so far
     */
    public Entry begin(ProxyMeter meter, LongSupplier inward, LongSupplier outward) {
        Entry entry = new Entry(this, meter, inward, outward);
        entries.add(entry);
        return entry;
    }

    /** Hands over what came since the last time. */
    public void sweep() {
        entries.forEach(Entry::tell);
    }
}
