package io.tlstunnel.server.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** How often each one is chosen. */
final class WeightedChoiceTest {
    private static final Percentage FIVE_PERCENT = Percentage.withPercentage(5);

    private final WeightedChoice choice = new WeightedChoice();

    private int[] counts(int rounds, double... weights) {
        int[] counts = new int[weights.length];
        int[] loads = new int[weights.length];
        IntStream.range(0, rounds).forEach(round -> counts[choice.next(weights, loads)]++);
        return counts;
    }

    @RepeatedTest(20)
    void weightsHoldWithinFivePercent() {
        int[] counts = counts(400, 3, 1);
        assertThat(counts[0]).isCloseTo(300, FIVE_PERCENT);
        assertThat(counts[1]).isCloseTo(100, FIVE_PERCENT);
    }

    @RepeatedTest(20)
    void weightsThatAreInPartEqualHoldToo() {
        int[] counts = counts(1_000, 2, 5, 2, 1);
        assertThat(counts[0]).isCloseTo(200, FIVE_PERCENT);
        assertThat(counts[1]).isCloseTo(500, FIVE_PERCENT);
        assertThat(counts[2]).isCloseTo(200, FIVE_PERCENT);
        assertThat(counts[3]).isCloseTo(100, FIVE_PERCENT);
    }

    @RepeatedTest(20)
    void otherWeightsHoldFromTheNextChoiceOn() {
        counts(137, 3, 1);
        int[] counts = counts(400, 1, 3);
        assertThat(counts[0]).isCloseTo(100, FIVE_PERCENT);
        counts(61, 1, 0);
        assertThat(counts(200, 1, 1)[0]).isCloseTo(100, FIVE_PERCENT);
    }

    @RepeatedTest(20)
    void nobodyWaitsLong() {
        double[] weights = {3, 1};
        int[] loads = new int[2];
        int longest = 0;
        int since = 0;
        for (int round = 0; round < 1_000; round++) {
            since = choice.next(weights, loads) == 1 ? 0 : since + 1;
            longest = Math.max(longest, since);
        }
        assertThat(longest).isLessThanOrEqualTo(7);
    }

    @Test
    void whereWeightsAreEqualTheLessLoadedIsTaken() {
        double[] weights = {1, 1, 1};
        for (int round = 0; round < 100; round++) {
            assertThat(choice.next(weights, new int[] {7, 3, 5})).isEqualTo(1);
        }
    }

    @Test
    void loadsDoNotBendTheWeights() {
        double[] weights = {3, 1};
        int[] counts = new int[2];
        for (int round = 0; round < 400; round++) {
            counts[choice.next(weights, new int[] {1_000, 0})]++;
        }
        assertThat(counts[0]).isCloseTo(300, FIVE_PERCENT);
    }

    @Test
    void whoIsLeftOutIsNeverChosen() {
        assertThat(counts(100, 0, 1, 0)).containsExactly(0, 100, 0);
        assertThat(choice.next(new double[] {0, 0}, new int[2])).isEqualTo(-1);
    }
}
