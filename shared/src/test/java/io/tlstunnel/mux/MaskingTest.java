package io.tlstunnel.mux;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MaskingTest {
    private final Random random = new Random(7);

    private static byte[] naive(byte[] bytes, int index, int length, int key) {
        byte[] masked = bytes.clone();
        for (int i = 0; i < length; i++) {
            masked[index + i] ^= (byte) (key >>> ((3 - i % 4) * 8));
        }
        return masked;
    }

    @Test
    void masksWhatItIsToldToAndNothingElse() {
        for (int round = 0; round < 500; round++) {
            byte[] bytes = new byte[round % 100 + 20];
            random.nextBytes(bytes);
            int index = random.nextInt(10);
            int length = random.nextInt(bytes.length - index + 1);
            int key = random.nextInt();
            ByteBuf direct = PooledByteBufAllocator.DEFAULT.directBuffer().writeBytes(bytes);
            ByteBuf heap = Unpooled.copiedBuffer(bytes);
            ByteBuf split = Unpooled.wrappedBuffer(
                    Unpooled.copiedBuffer(bytes, 0, 15), Unpooled.copiedBuffer(bytes, 15, bytes.length - 15));
            for (ByteBuf buffer : new ByteBuf[] {direct, heap, split}) {
                Masking.apply(buffer, index, length, key);
                assertThat(buffer).isEqualTo(Unpooled.wrappedBuffer(naive(bytes, index, length, key)));
                buffer.release();
            }
        }
    }

    @Test
    void turnsTheKeyToAnyPhase() {
        byte[] bytes = new byte[64];
        int key = 0x01020304;
        for (int cut = 0; cut < 10; cut++) {
            ByteBuf buffer = Unpooled.copiedBuffer(bytes);
            Masking.apply(buffer, 0, cut, key);
            Masking.apply(buffer, cut, 64 - cut, Masking.turn(key, cut));
            assertThat(buffer).isEqualTo(Unpooled.wrappedBuffer(naive(bytes, 0, 64, key)));
        }
    }
}
