package io.tlstunnel.logging;

/** How much the command line asked for: nothing special, {@code -v} or {@code -vv}. */
public enum Verbosity {
    NORMAL,
    VERBOSE,
    VERY_VERBOSE;

    /** For a counted {@code -v} flag; more than two count as two. */
    public static Verbosity of(int flags) {
        return flags <= 0 ? NORMAL : flags == 1 ? VERBOSE : VERY_VERBOSE;
    }
}
