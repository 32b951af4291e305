package io.tlstunnel.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.arbitraries.ArrayArbitrary;

/** Any valid frame of any type, over the whole range of each field. */
final class FrameArbitraries {
    private static final Arbitrary<Long> BITS = Arbitraries.longs();
    private static final Arbitrary<Long> OFFSET = Arbitraries.longs().greaterOrEqual(0);
    private static final Arbitrary<Long> REVISION = Arbitraries.longs().greaterOrEqual(1);
    private static final Arbitrary<Integer> U31 = Arbitraries.integers().greaterOrEqual(0);
    private static final Arbitrary<Integer> POSITIVE = Arbitraries.integers().greaterOrEqual(1);
    private static final Arbitrary<Integer> PORT = Arbitraries.integers().between(0, 0xFFFF);
    private static final Arbitrary<String> NAME = text(1, 255);
    private static final Arbitrary<String> REASON = text(0, WireFormat.MAX_REASON);
    private static final Arbitrary<byte[]> BYTES32 = bytes(32);
    private static final Arbitrary<StreamId> STREAM =
            Combinators.combine(BITS, BITS).as(StreamId::new);
    private static final Arbitrary<SessionRef> SESSION =
            Combinators.combine(BITS, BITS, REVISION).as(SessionRef::new);
    private static final Arbitrary<Endpoint> ENDPOINT = Combinators.combine(
                    Arbitraries.of(4, 16).flatMap(FrameArbitraries::bytes), PORT)
            .as(Endpoint::new);
    private static final Arbitrary<ResetCode> RESET_CODE = Arbitraries.of(ResetCode.class);
    private static final Arbitrary<Frame.Window> WINDOW =
            Combinators.combine(POSITIVE, OFFSET, OFFSET).as(Frame.Window::new);
    private static final Arbitrary<StreamState.Reset> RESET_STATE =
            Combinators.combine(RESET_CODE, OFFSET).as(StreamState.Reset::new);
    private static final Arbitrary<StreamState> STATE = Arbitraries.oneOf(
            Arbitraries.of(new StreamState.Open(), new StreamState.FinReceived()),
            RESET_STATE.map(state -> (StreamState) state));

    private FrameArbitraries() {}

    static Arbitrary<Frame> frames() {
        return Arbitraries.of(FrameType.class).flatMap(FrameArbitraries::ofType);
    }

    /** Any frame that may come after WELCOME. */
    static Arbitrary<Frame> tunnelFrames() {
        return Arbitraries.of(FrameType.class)
                .filter(type -> !type.isHandshake())
                .flatMap(FrameArbitraries::ofType);
    }

    private static Arbitrary<Frame> ofType(FrameType type) {
        return frames(type).map(frame -> frame);
    }

    private static Arbitrary<? extends Frame> frames(FrameType type) {
        return switch (type) {
            case HELLO ->
                Combinators.combine(versions(), BITS, NAME, SESSION.injectNull(0.5), U31, BYTES32)
                        .as(Frame.Hello::new);
            case CHALLENGE ->
                Combinators.combine(
                                Arbitraries.integers().between(1, 255),
                                BITS,
                                BITS,
                                Arbitraries.of(BindingWanted.class),
                                BYTES32)
                        .as(Frame.Challenge::new);
            case PROOF ->
                Combinators.combine(Arbitraries.of(BindingUsed.class), BYTES32, BYTES32, BYTES32)
                        .as((used, binding, resumeMac, mac) -> new Frame.Proof(
                                used, used == BindingUsed.LEAF ? binding : new byte[32], resumeMac, mac));
            case WELCOME ->
                Combinators.combine(NAME, BITS, SESSION, bytes(16), limits(), U31, welcomeNumbers(), BYTES32)
                        .as((node, incarnation, session, secret, limits, window, numbers, mac) -> new Frame.Welcome(
                                node,
                                incarnation,
                                session,
                                secret,
                                limits,
                                window,
                                numbers.ping(),
                                numbers.members(),
                                numbers.revision(),
                                mac));
            case REGISTER ->
                Combinators.combine(REVISION, proxySpec().list().ofMaxSize(20).uniqueElements(ProxySpec::name))
                        .as(Frame.Register::new);
            case REGISTERED ->
                Combinators.combine(REVISION, NAME, proxyResult().list().ofMaxSize(20))
                        .as(Frame.Registered::new);
            case OPEN ->
                Combinators.combine(
                                POSITIVE,
                                STREAM,
                                SESSION.injectNull(0.5),
                                NAME,
                                OFFSET,
                                ENDPOINT,
                                ENDPOINT,
                                openNumbers())
                        .as((channel, stream, session, proxy, revision, source, destination, numbers) -> new Frame.Open(
                                channel,
                                stream,
                                session,
                                proxy,
                                revision,
                                source,
                                destination,
                                numbers.allowed(),
                                numbers.trace(),
                                numbers.attempt()));
            case OPENED -> Combinators.combine(POSITIVE, OFFSET).as(Frame.Opened::new);
            case RESET ->
                Combinators.combine(POSITIVE, RESET_CODE, OFFSET, REASON).as(Frame.Reset::new);
            case DATA ->
                Combinators.combine(POSITIVE, payload(1, WireFormat.MAX_DATA)).as(Frame.Data::new);
            case FIN -> POSITIVE.map(Frame.Fin::new);
            case WINDOW -> WINDOW;
            case WINDOWS -> WINDOW.list().ofMinSize(1).ofMaxSize(100).map(Frame.Windows::new);
            case DETACHED -> POSITIVE.map(Frame.Detached::new);
            case DATAGRAM ->
                Combinators.combine(POSITIVE, payload(0, WireFormat.MAX_DATAGRAM))
                        .as(Frame.Datagram::new);
            case RESUME -> resumeEntry().list().ofMinSize(1).ofMaxSize(50).map(Frame.Resume::new);
            case RESUMED -> resumedEntry().list().ofMinSize(1).ofMaxSize(50).map(Frame.Resumed::new);
            case PING -> BITS.map(Frame.Ping::new);
            case PONG -> BITS.map(Frame.Pong::new);
            case GOAWAY ->
                Combinators.combine(Arbitraries.of(GoAwayCode.class), text(0, WireFormat.MAX_REFERENCE), REASON, U31)
                        .as(Frame.GoAway::new);
        };
    }

    private record WelcomeNumbers(int ping, int members, long revision) {}

    private record OpenNumbers(long allowed, long trace, int attempt) {}

    private static Arbitrary<WelcomeNumbers> welcomeNumbers() {
        return Combinators.combine(POSITIVE, POSITIVE, OFFSET).as(WelcomeNumbers::new);
    }

    private static Arbitrary<OpenNumbers> openNumbers() {
        return Combinators.combine(OFFSET, BITS, U31).as(OpenNumbers::new);
    }

    private static Arbitrary<List<Integer>> versions() {
        return Arbitraries.integers()
                .between(1, 255)
                .list()
                .ofMinSize(1)
                .ofMaxSize(WireFormat.MAX_VERSIONS)
                .uniqueElements()
                .map(list -> list.stream().sorted(Comparator.reverseOrder()).toList());
    }

    private static Arbitrary<Limits> limits() {
        return Combinators.combine(
                        POSITIVE,
                        Arbitraries.integers().between(1, 0xFFFF),
                        Arbitraries.integers().between(1, WireFormat.MAX_DATA))
                .as(Limits::new);
    }

    private static Arbitrary<ProxySpec> proxySpec() {
        return Combinators.combine(
                        NAME,
                        NAME,
                        text(0, 255),
                        PORT,
                        Arbitraries.maps(NAME, text(0, 2000)).ofMaxSize(4))
                .as(ProxySpec::new);
    }

    private static Arbitrary<ProxyResult> proxyResult() {
        return Arbitraries.oneOf(
                Combinators.combine(NAME, text(1, 1024)).as(ProxyResult.Accepted::new),
                Combinators.combine(NAME, Arbitraries.of(RefusalCode.class), REASON)
                        .as(ProxyResult.Refused::new),
                Combinators.combine(NAME, REASON).as(ProxyResult.Retry::new));
    }

    private static Arbitrary<ResumeEntry> resumeEntry() {
        return Combinators.combine(STREAM, SESSION.injectNull(0.5), POSITIVE, POSITIVE, OFFSET, OFFSET, STATE)
                .as(ResumeEntry::new);
    }

    private static Arbitrary<ResumedEntry> resumedEntry() {
        Arbitrary<ResumedEntry> ok = Combinators.combine(STREAM, POSITIVE, POSITIVE, OFFSET, OFFSET, STATE)
                .as((stream, channel, attach, received, allowed, state) ->
                        new ResumedEntry(stream, channel, attach, ResumeAnswer.OK, received, allowed, state));
        Arbitrary<ResumedEntry> reset = Combinators.combine(STREAM, POSITIVE, POSITIVE, RESET_STATE)
                .as((stream, channel, attach, state) ->
                        new ResumedEntry(stream, channel, attach, ResumeAnswer.RESET, 0, 0, state));
        Arbitrary<ResumedEntry> other = Combinators.combine(
                        STREAM,
                        POSITIVE,
                        POSITIVE,
                        Arbitraries.of(ResumeAnswer.ENDED, ResumeAnswer.UNREACHABLE, ResumeAnswer.GONE),
                        STATE)
                .as((stream, channel, attach, answer, state) ->
                        new ResumedEntry(stream, channel, attach, answer, 0, 0, state));
        return Arbitraries.oneOf(ok, reset, other);
    }

    /** Valid Unicode whose UTF-8 has {@code least} to {@code greatest} bytes. */
    private static Arbitrary<String> text(int least, int greatest) {
        return Arbitraries.strings()
                .all()
                .ofMinLength(least)
                .ofMaxLength(greatest)
                .filter(10_000, text -> {
                    int length = text.getBytes(StandardCharsets.UTF_8).length;
                    return length >= least
                            && length <= greatest
                            && StandardCharsets.UTF_8.newEncoder().canEncode(text);
                });
    }

    private static Arbitrary<ByteBuf> payload(int least, int greatest) {
        return byteArray().ofMinSize(least).ofMaxSize(greatest).map(Unpooled::wrappedBuffer);
    }

    private static Arbitrary<byte[]> bytes(int length) {
        return byteArray().ofSize(length);
    }

    private static ArrayArbitrary<Byte, byte[]> byteArray() {
        return Arbitraries.bytes().array(byte[].class);
    }
}
