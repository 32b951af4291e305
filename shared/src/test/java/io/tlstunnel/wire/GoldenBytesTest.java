package io.tlstunnel.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class GoldenBytesTest {

    @ParameterizedTest
    @MethodSource("io.tlstunnel.wire.Golden#all")
    void encodesToTheseBytes(Golden golden) {
        assertThat(ByteBufUtil.hexDump(FrameEncoder.toArray(golden.frame())))
                .isEqualTo(ByteBufUtil.hexDump(golden.bytes()));
    }

    @ParameterizedTest
    @MethodSource("io.tlstunnel.wire.Golden#all")
    void decodesFromTheseBytes(Golden golden) {
        Recorder recorder = new Recorder();
        try (FrameDecoder decoder = new FrameDecoder(recorder)) {
            if (!golden.frame().type().isHandshake()) {
                decoder.handshakeDone();
            }
            decoder.feed(Unpooled.wrappedBuffer(golden.bytes()));
        }
        assertThat(recorder.found()).containsExactly(Described.describe(golden.frame()));
    }

    @Test
    void coversEveryType() {
        assertThat(Golden.ALL.stream().map(golden -> golden.frame().type()).collect(Collectors.toSet()))
                .containsExactlyInAnyOrder(FrameType.values());
    }

    /** The parts of frames that have several layouts of their own. */
    @ParameterizedTest
    @ValueSource(classes = {StreamState.class, ProxyResult.class})
    void coversEveryVariant(Class<?> sealed) {
        String all = Golden.ALL.stream()
                .map(golden -> Described.describe(golden.frame()))
                .collect(Collectors.joining());
        for (Class<?> variant : sealed.getPermittedSubclasses()) {
            assertThat(all).contains(variant.getSimpleName() + "(");
        }
        assertThat(all).contains("session=null").contains("session=SessionRef(");
    }

    @Test
    void macsAreTheLastFieldsOfProofAndWelcome() {
        for (Golden golden : Golden.ALL) {
            byte[] bytes = golden.bytes();
            byte[] mac = Arrays.copyOfRange(bytes, Math.max(0, bytes.length - WireFormat.MAC_FROM_END), bytes.length);
            if (golden.frame() instanceof Frame.Proof proof) {
                int resumeMac = bytes.length - WireFormat.RESUME_MAC_FROM_END;
                assertThat(mac).isEqualTo(proof.mac());
                assertThat(Arrays.copyOfRange(bytes, resumeMac, resumeMac + WireFormat.MAC_LENGTH))
                        .isEqualTo(proof.resumeMac());
            } else if (golden.frame() instanceof Frame.Welcome welcome) {
                assertThat(mac).isEqualTo(welcome.mac());
            }
        }
    }
}
