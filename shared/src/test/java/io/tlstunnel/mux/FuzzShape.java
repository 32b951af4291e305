package io.tlstunnel.mux;

import io.tlstunnel.mux.FuzzFarSocket.Script;
import java.time.Duration;
import java.util.SplittableRandom;

/** What one conversation is like; drawn from its seed. */
record FuzzShape(
        FuzzEnd.Kind kind,
        TunnelSettings.Role role,
        boolean takesPeers,
        int steps,
        int window,
        int initialWindow,
        int frameSize,
        long budget,
        int longest,
        boolean failing) {
    static final Duration RESUME_TIMEOUT = Duration.ofSeconds(60);

    /** Taken up ones count too, where the peer opens and asks. */
    private static final int MOST_AT_ONCE = 64;

    /** Streams that the peer opens at most. */
    static final int MOST_PEER_STREAMS = 8;

    /** Reads in which a far socket says what it has to say, at most; some more if little is asked for at a time. */
    private static final int MOST_PIECES = 30;

    private static final long MILLI = 1_000_000;
    private static final Duration PING_INTERVAL = Duration.ofSeconds(5);
    private static final Duration DEAD_AFTER = Duration.ofSeconds(10);

    static FuzzShape of(SplittableRandom random) {
        FuzzEnd.Kind kind = random.nextBoolean() ? FuzzEnd.Kind.CLIENT : FuzzEnd.Kind.NODE;
        int window = pick(random, 64, 1_000, 20_000, Window.USUAL);
        return new FuzzShape(
                kind,
                random.nextBoolean() ? TunnelSettings.Role.DIALLED : TunnelSettings.Role.ANSWERED,
                kind == FuzzEnd.Kind.CLIENT || random.nextInt(3) == 0,
                3 + random.nextInt(14),
                window,
                Math.min(window, pick(random, 0, 64, 500, 16 * 1024)),
                pick(random, 50, 1_000, 5_000, 64 * 1024),
                pick(random, 0, 1_000, 1 << 20),
                pick(random, 100, 100, 1_000, 30_000),
                true);
    }

    /** The same, but no far socket ever breaks. */
    FuzzShape unfailing() {
        return new FuzzShape(kind, role, takesPeers, steps, window, initialWindow, frameSize, budget, longest, false);
    }

    static int pick(SplittableRandom random, int... choices) {
        return choices[random.nextInt(choices.length)];
    }

    TunnelSettings settings() {
        return new TunnelSettings(
                role,
                initialWindow,
                initialWindow,
                window,
                frameSize,
                MOST_AT_ONCE,
                PING_INTERVAL,
                DEAD_AFTER,
                DEAD_AFTER);
    }

    Script script(SplittableRandom random) {
        return new Script(
                random.nextInt(longest),
                Math.max(longest / MOST_PIECES, pick(random, 10, 1_000, 64 * 1024)),
                pick(random, 0, 0, 100_000, (int) (30 * MILLI), (int) (2_000 * MILLI)),
                failing && random.nextInt(8) == 0);
    }

    /** What a stream may hold beyond what the budget counts. */
    long floor() {
        return Budgets.floor(initialWindow, frameSize);
    }
}
