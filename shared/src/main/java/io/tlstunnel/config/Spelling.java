package io.tlstunnel.config;

import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Finds the word that was meant. */
final class Spelling {
    private Spelling() {}

    /** Letters and digits only, lower case: {@code serverAddr}, {@code server-addr} and {@code server_addr} are one. */
    static String plain(String word) {
        return word.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]", "");
    }

    /** The word nearest to {@code word} with at most one error per three letters, or null. */
    static @Nullable String nearest(String word, Collection<String> known) {
        final String wanted = plain(word);
        String best = null;
        int bestDistance = Math.max(1, wanted.length() / 3) + 1;
        for (final String candidate : known) {
            final int distance = distance(wanted, plain(candidate));
            if (distance < bestDistance && distance < wanted.length()) {
                best = candidate;
                bestDistance = distance;
            }
        }
        return best;
    }

    /** Levenshtein's distance in which two exchanged neighbours count as one error. */
    static int distance(String a, String b) {
        final int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                cost[i][j] = i == 0 || j == 0 ? i + j : cheapest(cost, a, b, i, j);
            }
        }
        return cost[a.length()][b.length()];
    }

    private static int cheapest(int[][] cost, String a, String b, int i, int j) {
        final int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        final int least = Math.min(cost[i - 1][j - 1] + change, Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
        final boolean exchanged =
                i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
        return exchanged ? Math.min(least, cost[i - 2][j - 2] + 1) : least;
    }
}
