package io.tlstunnel.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FrameEncoderTest {
    private static final StreamId STREAM = new StreamId(1, 2);
    private static final byte[] NONCE = new byte[32];
    private static final Endpoint HERE = new Endpoint(new byte[4], 1);

    record Wrong(Frame frame, String message) {
        @Override
        public String toString() {
            return message;
        }
    }

    static List<Wrong> wrong() {
        return List.of(
                new Wrong(hello(List.of(), "a", 0), "HELLO: number of versions is 0, not 1 to 16"),
                new Wrong(
                        hello(Collections.nCopies(17, 1), "a", 0),
                        "HELLO lists its versions not from the highest down, each once"),
                new Wrong(hello(List.of(256), "a", 0), "HELLO: version is 256, not 1 to 255"),
                new Wrong(hello(List.of(1), "", 0), "HELLO: length of name is 0, not 1 to 255"),
                new Wrong(hello(List.of(1), "ü".repeat(128), 0), "HELLO: length of name is 256, not 1 to 255"),
                new Wrong(hello(List.of(1), "a", -1), "HELLO: initial window is -1, not 0 to 2147483647"),
                new Wrong(
                        new Frame.Challenge(1, 0, 0, BindingWanted.NONE, new byte[31]),
                        "CHALLENGE: length of nonce is 31, not 32 to 32"),
                new Wrong(
                        new Frame.Proof(BindingUsed.NONE, Golden.fill(1, 32), NONCE, NONCE),
                        "PROOF has a binding that is not zero, though none was used"),
                new Wrong(new Frame.Register(0, List.of()), "REGISTER: revision is 0, not 1 to"),
                new Wrong(
                        new Frame.Register(1, List.of(spec(65_536))),
                        "REGISTER: publish port is 65536, not 0 to 65535"),
                new Wrong(new Frame.Register(1, List.of(spec(1), spec(2))), "REGISTER names two proxies alike"),
                new Wrong(new Frame.Register(1, hugeProxies(1)), "REGISTER of "),
                new Wrong(new Frame.Register(1, hugeProxies(4)), "REGISTER of 1677"),
                new Wrong(new Frame.Opened(0, 1), "OPENED on channel 0"),
                new Wrong(new Frame.Opened(-1, 1), "OPENED on channel 4294967295, which is above 2147483647"),
                new Wrong(new Frame.Opened(1, -1), "OPENED: allowed offset is -1"),
                new Wrong(
                        new Frame.Open(2, STREAM, null, "p", 1, new Endpoint(new byte[5], 1), HERE, 0, 0, 0),
                        "OPEN: source is 5 bytes, neither 4 nor 16"),
                new Wrong(
                        new Frame.Open(2, STREAM, new SessionRef(1, 2, 0), "p", 1, HERE, HERE, 0, 0, 0),
                        "OPEN: epoch is 0, not 1 to"),
                new Wrong(new Frame.Data(2, Unpooled.EMPTY_BUFFER), "DATA of 0 bytes, not 1 to 65536"),
                new Wrong(
                        new Frame.Data(2, Unpooled.wrappedBuffer(new byte[65_537])),
                        "DATA of 65537 bytes, not 1 to 65536"),
                new Wrong(
                        new Frame.Datagram(2, Unpooled.wrappedBuffer(new byte[65_508])),
                        "DATAGRAM of 65508 bytes, not 0 to 65507"),
                new Wrong(new Frame.Windows(List.of()), "WINDOWS of 0 bytes, not 20 to 65536"),
                new Wrong(new Frame.Windows(List.of(new Frame.Window(0, 1, 1))), "WINDOWS: channel is 0"),
                new Wrong(new Frame.Resume(List.of()), "RESUME of 0 bytes, not 42 to 65536"),
                new Wrong(
                        new Frame.Resumed(List.of(
                                new ResumedEntry(STREAM, 1, 1, ResumeAnswer.GONE, 1, 0, new StreamState.Open()))),
                        "RESUMED has offsets in an answer other than ok"),
                new Wrong(
                        new Frame.Resumed(List.of(
                                new ResumedEntry(STREAM, 1, 1, ResumeAnswer.RESET, 0, 0, new StreamState.Open()))),
                        "RESUMED answers reset without the state reset"),
                new Wrong(
                        new Frame.GoAway(GoAwayCode.BYE, "r".repeat(65), "", 0),
                        "GOAWAY: length of reference is 65, not 0 to 64"));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void refusesAFrameThatBreaksARule(Wrong wrong) {
        ByteBuf out = Unpooled.buffer().writeByte(7);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FrameEncoder.encode(wrong.frame(), out))
                .withMessageStartingWith(wrong.message());
        assertThat(out.readableBytes()).as("what stood in the buffer before").isEqualTo(1);
    }

    @Test
    void copiesAPayloadAndLeavesItToTheCaller() {
        ByteBuf payload = Unpooled.wrappedBuffer(new byte[] {9, 1, 2}).skipBytes(1);
        ByteBuf out = Unpooled.buffer();
        FrameEncoder.encode(new Frame.Data(2, payload), out);
        assertThat(ByteBufUtil.hexDump(out)).isEqualTo("0a000002000000020102");
        assertThat(payload.readableBytes()).isEqualTo(2);
        assertThat(payload.refCnt()).isEqualTo(1);
    }

    @Test
    void writesTheHeaderOfDataAlone() {
        ByteBuf out = Unpooled.buffer();
        FrameEncoder.dataHeader(out, 5, 65_536);
        FrameEncoder.dataHeader(out, 0x01020304, 1);
        assertThat(ByteBufUtil.hexDump(out)).isEqualTo("0a01000000000005" + "0a00000101020304");
    }

    @Test
    void setsTheHeaderOfDataInFrontOfItsPayload() {
        ByteBuf out = Unpooled.buffer().writeZero(8).writeByte(1).readerIndex(8);
        FrameEncoder.dataHeader(out, 0, 5, 1);
        assertThat(out.readerIndex()).isEqualTo(8);
        assertThat(ByteBufUtil.hexDump(out.readerIndex(0))).isEqualTo("0a00000100000005" + "01");
    }

    @Test
    void refusesTheHeaderOfAnImpossibleData() {
        ByteBuf out = Unpooled.buffer(8);
        assertThatIllegalArgumentException().isThrownBy(() -> FrameEncoder.dataHeader(out, 5, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> FrameEncoder.dataHeader(out, 5, -1));
        assertThatIllegalArgumentException().isThrownBy(() -> FrameEncoder.dataHeader(out, 5, 65_537));
        assertThatIllegalArgumentException().isThrownBy(() -> FrameEncoder.dataHeader(out, 0, 1));
    }

    @Test
    void cutsALongReasonBetweenCharacters() {
        String reason = "x" + "é".repeat(600);
        Recorder recorder = new Recorder();
        FrameDecoder decoder = new FrameDecoder(recorder);
        decoder.feed(
                Unpooled.wrappedBuffer(FrameEncoder.toArray(new Frame.GoAway(GoAwayCode.PROTOCOL, "", reason, 0))));
        assertThat(recorder.found())
                .containsExactly(
                        "GoAway(code=PROTOCOL, reference=, reason=x" + "é".repeat(511) + ", deadlineMillis=0)");
    }

    private static Frame.Hello hello(List<Integer> versions, String name, int window) {
        return new Frame.Hello(versions, 0, name, null, window, NONCE);
    }

    private static ProxySpec spec(int port) {
        return new ProxySpec("p", "tcp", "", port, Map.of());
    }

    /** Of 4 MiB each: four of them are beyond what the 24 bits of a length can say. */
    private static List<ProxySpec> hugeProxies(int count) {
        Map<String, String> options = new HashMap<>();
        for (int i = 0; i < WireFormat.MAX_OPTIONS; i++) {
            options.put("option" + i, "x".repeat(0xFFFF));
        }
        List<ProxySpec> proxies = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            proxies.add(new ProxySpec("p" + i, "t", "", 0, options));
        }
        return proxies;
    }
}
