package io.tlstunnel.mux;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class RetentionTest {

    @Test
    void letsGoOfAPieceOnceAllOfItIsAcknowledged() {
        Retention retention = new Retention();
        List<ByteBuf> pieces = new ArrayList<>();
        for (int offset = 0; offset < 30; offset += 10) {
            ByteBuf piece = Unpooled.buffer(10).writeZero(10);
            pieces.add(piece);
            retention.addSlice(piece, 10, offset, 0);
            assertThat(piece.isReadable()).isFalse();
            // Its reader is done with it.
            piece.release();
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

    @Test
    void givesBackWhatWasSentWhateverItWasMaskedWith() {
        Retention retention = new Retention();
        byte[] bytes = new byte[10_000];
        new SplittableRandom(7).nextBytes(bytes);
        int key = 0x12345678;
        ByteBuf masked = Unpooled.copiedBuffer(bytes, 0, 5_000);
        Masking.apply(masked, 0, 5_000, key);
        retention.addSlice(masked, 5_000, 0, key);
        masked.release();
        ByteBuf small = Unpooled.wrappedBuffer(bytes, 5_000, 5_000);
        for (int offset = 5_000; offset < 10_000; offset += 50) {
            retention.addCopy(small, 50, offset);
        }
        ByteBuf again = Unpooled.buffer();
        for (int offset = 3_333; offset < 10_000; ) {
            int length = Math.min(777, retention.contiguous(offset));
            retention.copyTo(again, offset, length);
            offset += length;
        }
        assertThat(ByteBufUtil.getBytes(again)).isEqualTo(Arrays.copyOfRange(bytes, 3_333, 10_000));
        assertThat(retention.contiguous(10_000)).isZero();
        retention.releaseAll();
    }

    @Test
    void smallPiecesInARowShareABuffer() {
        UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
        Retention retention = new Retention();
        ByteBuf from = allocator.buffer(4_000).writeZero(4_000);
        for (int offset = 0; offset < 4_000; offset++) {
            retention.addCopy(from, 1, offset);
        }
        from.release();
        assertThat(allocator.metric().usedHeapMemory()).isLessThanOrEqualTo(4 * 1024 + 128);
        retention.releaseAll();
        assertThat(allocator.metric().usedHeapMemory()).isZero();
    }
}
