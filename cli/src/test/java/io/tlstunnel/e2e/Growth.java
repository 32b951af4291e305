package io.tlstunnel.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.awaitility.Awaitility;

/** What a process holds beyond what it held at a certain moment, its garbage collected. */
final class Growth {
    private static final int KIB_PER_MIB = 1024;
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    private static final long SLACK_KIB = 256;

    private final Daemon process;
    private final Function<Daemon, Footprint> look;
    private final Footprint before;

    private Growth(Daemon process, Function<Daemon, Footprint> look) {
        this.process = process;
        this.look = look;
        process.collectGarbage();
        process.resetPeak();
        this.before = look.apply(process);
    }

    /** Growth from now on. */
    static Growth of(Daemon process, Function<Daemon, Footprint> look) {
        return new Growth(process, look);
    }

    Footprint now() {
        return look.apply(process);
    }

    /** Waits until nothing is freed or taken any more. */
    void awaitRest() {
        AtomicLong last = new AtomicLong(-1);
        Awaitility.await("a process at rest")
                .atMost(PATIENCE)
                .pollInterval(LOOK_EVERY)
                .until(() -> {
                    long now = process.rssKib();
                    return Math.abs(last.getAndSet(now) - now) <= SLACK_KIB;
                });
    }

    /** KiB that are resident now and were not then. */
    double residentKib() {
        return process.rssKib() - before.resident();
    }

    void print(String what) {
        System.out.println("figures: " + what + ": " + now() + "; before " + before);
    }

    /** By Netty's count, and at its highest by the kernel's, that is at most so much. */
    void assertWithin(long mib) {
        Footprint now = now();
        assertThat(now.buffers() - before.buffers())
                .as("KiB of Netty's buffers beyond " + before.buffers())
                .isLessThanOrEqualTo(mib * KIB_PER_MIB);
        assertThat(now.peak() - before.resident())
                .as("KiB resident beyond " + before.resident())
                .isLessThanOrEqualTo(mib * KIB_PER_MIB);
    }
}
