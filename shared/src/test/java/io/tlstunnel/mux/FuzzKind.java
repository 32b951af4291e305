package io.tlstunnel.mux;

/** What a peer is like. */
enum FuzzKind {
    /** Obeys the protocol, and so must not be refused. */
    VALID,
    /** Would obey, but its messages are damaged. */
    MUTATED,
    /** Says well-formed things that are not so, between others that are. */
    HOSTILE,
    /** Says anything. */
    NOISE,
    /** See {@link FuzzStorm}. */
    STORM;

    static FuzzKind of(long seed) {
        if (FuzzStorm.isDue(seed)) {
            return STORM;
        }
        return switch ((int) (seed & 15)) {
            case 0 -> VALID;
            case 1, 2, 3 -> HOSTILE;
            case 4 -> NOISE;
            default -> MUTATED;
        };
    }
}
