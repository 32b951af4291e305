package io.tlstunnel.mux;

import java.time.Duration;
import java.util.SplittableRandom;

/** What one simulated world is like; drawn from its seed. */
record SimShape(
        int nodes,
        int tunnels,
        int streams,
        int faults,
        boolean nodeMayDie,
        int nodeWindow,
        int clientWindow,
        int initialWindow,
        int frameSize,
        long budget,
        int longest,
        long openEveryNanos,
        long faultEveryNanos,
        long redialNanos,
        Duration resumeTimeout,
        long relayBudget,
        int linkInitialWindow,
        int highWater) {
    private static final long MILLI = 1_000_000;

    static SimShape of(SplittableRandom random) {
        int nodeWindow = pick(random, 64, 1_000, 20_000, 20_000);
        int clientWindow = pick(random, 64, 1_000, 20_000, 20_000);
        return new SimShape(
                random.nextBoolean() ? 1 : 3,
                1 + random.nextInt(3),
                1 + random.nextInt(4),
                random.nextInt(8),
                random.nextInt(8) == 0,
                nodeWindow,
                clientWindow,
                Math.min(Math.min(nodeWindow, clientWindow), pick(random, 32, 64, 500)),
                pick(random, 16, 100, 1_000, 5_000, 5_000),
                pick(random, 0, 1_000, 6_000, 1 << 20),
                pick(random, 500, 3_000, 12_000),
                1 + random.nextLong(200 * MILLI),
                10 * MILLI + random.nextLong(400 * MILLI),
                1 + random.nextLong(pick(random, 5, 1_000) * MILLI),
                Duration.ofSeconds(60),
                pick(random, 2_000, 3_000, 20_000, 8 << 20),
                pick(random, 64, 1_000, 4_000),
                pick(random, 500, 5_000, 128 * 1024));
    }

    private static int pick(SplittableRandom random, int... choices) {
        return choices[random.nextInt(choices.length)];
    }

    PipeCarrier.Pace pace(SplittableRandom random) {
        return new PipeCarrier.Pace(
                random.nextLong(30 * MILLI), pick(random, 0, 10_000, (int) MILLI), pick(random, 20, 300, 64 * 1024));
    }

    long pause(SplittableRandom random) {
        return pick(random, 0, 100_000, (int) (2 * MILLI), (int) (40 * MILLI));
    }

    int piece(SplittableRandom random) {
        return pick(random, 10, 200, 64 * 1024);
    }

    /** What a stream may hold beyond what the budget counts. */
    long floor() {
        return Budgets.floor(initialWindow, frameSize);
    }

    TunnelSettings settings(TunnelSettings.Role role, int window, int maxPeerStreams) {
        return settings(role, initialWindow, window, maxPeerStreams);
    }

    TunnelSettings linkSettings(TunnelSettings.Role role) {
        return settings(role, linkInitialWindow, nodeWindow, 10 * streams);
    }

    private TunnelSettings settings(TunnelSettings.Role role, int firstWindow, int window, int maxPeerStreams) {
        return new TunnelSettings(
                role,
                firstWindow,
                firstWindow,
                window,
                frameSize,
                maxPeerStreams,
                Duration.ofSeconds(5),
                Duration.ofSeconds(10),
                Duration.ofSeconds(10));
    }
}
