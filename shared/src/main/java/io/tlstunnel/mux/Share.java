package io.tlstunnel.mux;

/**
 * Tells the streams that use less than half of an equal share of their tunnel, like a keyboard's or a page's first bytes,
 * from those that take all they get. A debt grows by what a stream sends and shrinks by half a share of what all send.
 */
final class Share {

    /** So much at once is still sparse. */
    private static final int BURST = 16 * 1024;

    /** After so much debt a stream has been greedy for long, and no more is remembered. */
    private static final int WORST = 256 * 1024;

    /** A few streams do not make each other's shares so large that all of them are sparse. */
    private static final int FEW = 8;

    private long debt;
    private long seen;

    /**
     * Whether the stream is sparse now.
     *
     * @param sentByAll bytes of all streams since the tunnel began
     * @param waiting streams that have more to send than they get
     */
    boolean isSparse(long sentByAll, int waiting) {
        debt = Math.max(0, debt - (sentByAll - seen) / (2L * Math.max(FEW, waiting)));
        seen = sentByAll;
        return debt < BURST;
    }

    /** It has sent that much. */
    void used(int bytes) {
        debt = Math.min(WORST, debt + bytes);
    }
}
