package io.tlstunnel.mux;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RetentionTest {

    @Test
    void letsGoOfAPieceOnceAllOfItIsAcknowledged() {
        Retention retention = new Retention();
        List<ByteBuf> pieces = new ArrayList<>();
        for (int offset = 0; offset < 30; offset += 10) {
            ByteBuf piece = Unpooled.buffer(10).writeZero(10);
            pieces.add(piece);
            retention.add(piece, offset, 0);
        }
        retention.releaseBelow(9);
        assertThat(pieces).extracting(ByteBuf::refCnt).containsExactly(1, 1, 1);
        retention.releaseBelow(10);
        assertThat(pieces).extracting(ByteBuf::refCnt).containsExactly(0, 1, 1);
        retention.releaseBelow(10);
        retention.releaseBelow(25);
        assertThat(pieces).extracting(ByteBuf::refCnt).containsExactly(0, 0, 1);
        retention.releaseAll();
        retention.releaseAll();
        assertThat(pieces).extracting(ByteBuf::refCnt).containsExactly(0, 0, 0);
    }
}
