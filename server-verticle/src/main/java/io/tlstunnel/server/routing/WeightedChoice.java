package io.tlstunnel.server.routing;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Chooses one of several by weight, evenly spread: among n choices each gets its share to within a few, whatever the
 * weights are and however they change. Where weights are equal the less loaded one is taken. Any thread, without a lock:
 * the next point of a Weyl sequence by the golden ratio is all that is kept (Knuth, The Art of Computer Programming, 6.4).
 */
final class WeightedChoice {
    /** 2⁶⁴ / φ, odd: successive multiples fill 0…2⁶⁴ as evenly as can be. */
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private static final int FRACTION_BITS = 53;
    private static final double UNIT = 1.0 / (1L << FRACTION_BITS);

    /** Somewhere at first, so that the nodes of a cluster do not all begin with the same one. */
    private final AtomicLong sequence =
            new AtomicLong(ThreadLocalRandom.current().nextLong());

    /**
     * The index of the next one.
     *
     * @param weights 0 for those that are left out
     * @param loads of each, compared among equal weights
     * @return -1 if all are left out
     */
    int next(double[] weights, int[] loads) {
        double total = 0;
        int last = -1;
        for (int i = 0; i < weights.length; i++) {
            total += weights[i];
            if (weights[i] > 0) {
                last = i;
            }
        }
        if (last < 0) {
            return -1;
        }
        double point = (sequence.getAndAdd(GOLDEN) >>> (Long.SIZE - FRACTION_BITS)) * UNIT * total;
        for (int i = 0; i < weights.length; i++) {
            if (weights[i] > 0 && isFirstOfItsWeight(weights, i)) {
                double share = weights[i] * countAlike(weights, i);
                if (point < share) {
                    return leastLoaded(weights, loads, i, point / share);
                }
                point -= share;
            }
        }
        // Rounding may leave a hair's breadth behind the last share.
        return last;
    }

    private static boolean isFirstOfItsWeight(double[] weights, int index) {
        for (int i = 0; i < index; i++) {
            if (weights[i] == weights[index]) {
                return false;
            }
        }
        return true;
    }

    private static int countAlike(double[] weights, int first) {
        int count = 0;
        for (int i = first; i < weights.length; i++) {
            if (weights[i] == weights[first]) {
                count++;
            }
        }
        return count;
    }

    /** Of those that weigh as much as {@code first}; {@code within}, 0 to 1, decides between equals. */
    private static int leastLoaded(double[] weights, int[] loads, int first, double within) {
        int least = Integer.MAX_VALUE;
        int equals = 0;
        for (int i = first; i < weights.length; i++) {
            if (weights[i] == weights[first] && loads[i] <= least) {
                equals = loads[i] < least ? 1 : equals + 1;
                least = loads[i];
            }
        }
        int wanted = Math.min(equals - 1, (int) (within * equals));
        for (int i = first; i < weights.length; i++) {
            if (weights[i] == weights[first] && loads[i] == least && wanted-- == 0) {
                return i;
            }
        }
        throw new IllegalStateException("one of them is the least loaded");
    }
}
