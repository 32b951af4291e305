package io.tlstunnel.mux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** How windows grow. */
final class WindowTest {
    private static final long ROUND_TRIP = 100_000_000;
    private static final int MAX = 16 << 20;

    private final Window window = new Window(MAX);
    private long now = 1;
    private long consumed;

    /** Uses half the window time and again, at that speed, until it does not grow any more. */
    private void consume(long bytesPerSecond, boolean longPath) {
        for (long end = now + 50 * ROUND_TRIP; now < end; ) {
            int bytes = window.size() / 2;
            consumed += bytes;
            now += bytes * 1_000_000_000L / bytesPerSecond;
            window.used(consumed, now, ROUND_TRIP, longPath);
        }
    }

    @Test
    void isSmallUntilItIsUsed() {
        assertThat(window.size()).isEqualTo(Window.FIRST);
    }

    @Test
    void isOfUsualSizeForWhoeverUsesItOnAShortPath() {
        consume(1 << 30, false);
        assertThat(window.size()).isEqualTo(Window.USUAL);
    }

    @Test
    void growsToFourTimesWhatIsConsumedInARoundTripOfALongPath() {
        long bytesPerSecond = 2_500_000;
        consume(bytesPerSecond, true);
        assertThat(window.size()).isBetween((int) (bytesPerSecond / 10 * 3), (int) (bytesPerSecond / 10 * 4));
    }

    @Test
    void isOfUsualSizeAgainOnceThePathTurnsOutShort() {
        consume(1 << 30, true);
        consume(1 << 30, false);
        assertThat(window.size()).isEqualTo(Window.USUAL);
    }

    @Test
    void neverPassesWhatIsConfigured() {
        consume(1L << 30, true);
        assertThat(window.size()).isEqualTo(MAX);
        assertThat(new Window(20_000).size()).isEqualTo(20_000);
    }

    @Test
    void staysAsItIsForASlowStream() {
        consume(100_000, true);
        assertThat(window.size()).isEqualTo(Window.USUAL);
    }
}
