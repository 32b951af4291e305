package io.tlstunnel.mux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Who is sparse among streams that share a tunnel. */
final class ShareTest {
    private static final int PIECE = 16 * 1024;

    private final Share share = new Share();
    private long sentByAll;

    private boolean isSparse(int waiting) {
        return share.isSparse(sentByAll, waiting);
    }

    private void send(int bytes, int byOthers, int waiting) {
        isSparse(waiting);
        share.used(bytes);
        sentByAll += bytes + byOthers;
    }

    @Test
    void aStreamBeginsSparse() {
        assertThat(isSparse(0)).isTrue();
    }

    @Test
    void whoTakesAnEqualShareIsNot() {
        for (int i = 0; i < 100; i++) {
            send(PIECE, 50 * PIECE, 51);
        }
        assertThat(isSparse(51)).isFalse();
    }

    @Test
    void whoTakesLittleIs() {
        for (int i = 0; i < 1_000; i++) {
            send(64, 50 * PIECE, 51);
            assertThat(isSparse(51)).isTrue();
        }
    }

    @Test
    void aGreedyStreamIsAgainAfterARest() {
        for (int i = 0; i < 1_000; i++) {
            send(PIECE, 0, 1);
        }
        assertThat(isSparse(1)).isFalse();
        sentByAll += 2L * 8 * 256 * 1024;
        assertThat(isSparse(1)).isTrue();
    }
}
