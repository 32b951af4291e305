package io.tlstunnel.mux;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.tlstunnel.mux.ScriptedFarSocket.Ending;
import io.tlstunnel.mux.ScriptedFarSocket.Script;
import io.tlstunnel.wire.BindingWanted;
import io.tlstunnel.wire.Frame;
import io.tlstunnel.wire.FrameEncoder;
import io.tlstunnel.wire.FrameType;
import io.tlstunnel.wire.GoAwayCode;
import io.tlstunnel.wire.ResetCode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Single behaviours of tunnels and streams, in virtual time. */
final class TunnelTest {
    private static final long MILLI = TunnelPair.MILLI;
    private static final long SECOND = TunnelPair.SECOND;
    private static final int LARGE = 3_000_000;

    private final List<TunnelPair> pairs = new ArrayList<>();
    private final List<ScriptedFarSocket> services = new ArrayList<>();
    private final List<StreamOutcome> ends = new ArrayList<>();

    private TunnelPair pair(TunnelPair.Shape shape) {
        TunnelPair pair = new TunnelPair(1, shape);
        pairs.add(pair);
        return pair;
    }

    /** A pair whose client answers every stream with a service of that script. */
    private TunnelPair pair(TunnelPair.Shape shape, Script service) {
        TunnelPair pair = pair(shape);
        pair.client.onOpen = (stream, open) -> {
            ScriptedFarSocket socket = pair.socket(service);
            services.add(socket);
            pair.accept(stream, socket);
        };
        return pair;
    }

    private static Script script(long length, Ending ending) {
        return new Script(1, length, ending, 1, MILLI / 10, 64 * 1024);
    }

    private Stream open(TunnelPair pair, ScriptedFarSocket visitor) {
        Stream stream = pair.open(visitor);
        stream.listener((ended, outcome) -> ends.add(outcome));
        return stream;
    }

    @AfterEach
    void nothingIsKept() {
        for (TunnelPair pair : pairs) {
            assertThat(pair.monitor.violations()).isEmpty();
            pair.close();
            assertThat(pair.unreleased()).as("bytes of unreleased buffers").isZero();
            assertThat(pair.node.budget.used()).isZero();
            assertThat(pair.client.budget.used()).isZero();
        }
    }

    // ---- back-pressure and fairness ---------------------------------------------------------------------------------

    @Test
    void aStalledServiceHoldsItsWindowAndNoOtherStreamNotices() {
        TunnelPair pair = pair(TunnelPair.Shape.usual().window(64 * 1024), script(0, Ending.FIN));
        ScriptedFarSocket bulk = pair.socket(script(LARGE, Ending.FIN));
        Stream stalled = open(pair, bulk);
        pair.timers.runUntil(() -> services.size() == 1, SECOND);
        services.get(0).stall(true);
        pair.timers.runFor(5 * SECOND);

        assertThat(services.get(0).waiting()).isBetween(1, 64 * 1024);
        assertThat(stalled.held()).isLessThanOrEqualTo(2 * 64 * 1024);
        assertThat(bulk.said()).isLessThan(LARGE);

        ScriptedFarSocket other = pair.socket(script(LARGE, Ending.FIN));
        open(pair, other);
        assertThat(pair.timers.runUntil(() -> ends.size() == 1, 30 * SECOND)).isTrue();
        assertThat(services.get(1).heard()).isEqualTo(LARGE);

        services.get(0).stall(false);
        assertThat(pair.timers.runUntil(() -> ends.size() == 2, 30 * SECOND)).isTrue();
        assertThat(services.get(0).heard()).isEqualTo(LARGE);
    }

    @Test
    void aStreamAlwaysHasItsFloorWhenTheBudgetIsUsedUp() {
        TunnelPair pair = pair(TunnelPair.Shape.usual().budget(0), script(LARGE / 10, Ending.FIN));
        for (int i = 0; i < 20; i++) {
            open(pair, pair.socket(script(LARGE / 10, Ending.FIN)));
        }
        assertThat(pair.timers.runUntil(() -> ends.size() == 20, 300 * SECOND)).isTrue();
        assertThat(ends).allMatch(StreamOutcome.Clean.class::isInstance);
        assertThat(pair.monitor.frames(Frame.Opened.class))
                .allMatch(opened -> opened.allowed() <= TunnelSettings.DEFAULT_INITIAL_WINDOW);
    }

    @Test
    void bulkStreamsShareTheTunnelAndASmallOneIsNotKeptWaiting() {
        PipeCarrier.Pace slow = new PipeCarrier.Pace(MILLI, MILLI, 4 * 1024);
        TunnelPair.Shape usual = TunnelPair.Shape.usual();
        TunnelPair pair = pair(
                new TunnelPair.Shape(
                        usual.nodeWindow(),
                        usual.clientWindow(),
                        usual.initialWindow(),
                        usual.frameSize(),
                        usual.budget(),
                        usual.pingInterval(),
                        usual.deadAfter(),
                        slow),
                script(0, Ending.FIN));
        List<ScriptedFarSocket> bulk = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            ScriptedFarSocket visitor = pair.socket(script(Integer.MAX_VALUE, Ending.NONE));
            bulk.add(visitor);
            pair.open(visitor);
        }
        pair.timers.runFor(10 * SECOND);
        long begun = pair.timers.nanoTime();
        open(pair, pair.socket(script(64, Ending.FIN)));
        assertThat(pair.timers.runUntil(() -> ends.size() == 1, 10 * SECOND)).isTrue();
        // What the carrier has queued (128 KiB at some 4 MB/s), one turn of each bulk stream, and both ways.
        assertThat(pair.timers.nanoTime() - begun).isLessThan(SECOND);

        long least = bulk.stream().mapToLong(ScriptedFarSocket::said).min().orElseThrow();
        long most = bulk.stream().mapToLong(ScriptedFarSocket::said).max().orElseThrow();
        // One read a turn, each of any size up to a frame: even on the long run only.
        assertThat(most - least).as("after %s bytes", most).isLessThan(most / 8);
    }

    // ---- ends -------------------------------------------------------------------------------------------------------

    @Test
    void deliversDataAndFinThatCameBeforeTheServiceWasDialled() {
        TunnelPair pair = pair(TunnelPair.Shape.usual());
        List<Stream> accepted = new ArrayList<>();
        pair.client.onOpen = (stream, open) -> accepted.add(stream);
        ScriptedFarSocket visitor = pair.socket(script(20_000, Ending.FIN));
        open(pair, visitor);
        pair.timers.runFor(SECOND);
        assertThat(visitor.finSaid()).isTrue();

        ScriptedFarSocket service = pair.socket(script(5, Ending.FIN));
        pair.accept(accepted.get(0), service);
        assertThat(pair.timers.runUntil(() -> ends.size() == 1, SECOND)).isTrue();
        assertThat(service.heard()).isEqualTo(20_000);
        assertThat(service.finHeard()).isTrue();
        assertThat(visitor.heard()).isEqualTo(5);
    }

    @Test
    void aStreamThatWasNeverSentVanishesWithItsReset() {
        TunnelPair pair = pair(TunnelPair.Shape.usual());
        Stream stream = pair.node.tunnel.open(pair.request());
        stream.reset(ResetCode.CANCELLED, "the visitor left");
        pair.node.tunnel.readComplete();
        pair.timers.runFor(SECOND);
        assertThat(stream.isFinished()).isTrue();
        assertThat(pair.monitor.frames(Frame.OnChannel.class)).isEmpty();
    }

    @Test
    void aResetThatCrossesACleanEndEndsBothSides() {
        TunnelPair pair = pair(TunnelPair.Shape.usual(), script(100, Ending.FIN));
        open(pair, pair.socket(script(100, Ending.FIN)));
        pair.timers.runUntil(() -> ends.size() == 1, SECOND);
        // The node has finished, its last WINDOW is on its way: now the service breaks the connection off.
        services.get(0).fail();
        pair.timers.runFor(SECOND);
        assertThat(ends).hasOnlyElementsOfType(StreamOutcome.Clean.class);
        assertThat(pair.client.tunnel.streams()).isZero();
    }

    @Test
    void tellsTheOwnerOfAllStreamsWhenTheTunnelIsLost() {
        TunnelPair pair = pair(TunnelPair.Shape.usual(), script(10, Ending.NONE));
        ScriptedFarSocket visitor = pair.socket(script(10, Ending.NONE));
        open(pair, visitor);
        pair.timers.runFor(SECOND);
        pair.node.carrier.abort();
        pair.timers.runFor(SECOND);
        assertThat(visitor.wasReset()).isTrue();
        assertThat(services.get(0).wasReset()).isTrue();
        assertThat(ends).hasOnlyElementsOfType(StreamOutcome.Reset.class);
    }

    // ---- liveness ---------------------------------------------------------------------------------------------------

    @Test
    void pingsWhenNothingIsHeardAndMeasuresTheRoundTrip() {
        TunnelPair pair = pair(TunnelPair.Shape.usual());
        pair.timers.runFor(60 * SECOND);
        assertThat(pair.node.roundTrips).hasSizeBetween(5, 13).allMatch(nanos -> nanos >= 2 * MILLI);
        assertThat(pair.node.isClosed()).isFalse();
    }

    @Test
    void givesUpAPeerThatIsSilentForDeadAfter() {
        TunnelPair pair = pair(TunnelPair.Shape.usual());
        pair.timers.runFor(SECOND);
        pair.client.carrier.cut();
        pair.node.carrier.cut();
        assertThat(pair.timers.runUntil(pair.node::isClosed, 12 * SECOND)).isTrue();
        assertThat(pair.node.closedBecause).contains("nothing heard for 10000 ms");
    }

    // ---- a peer that breaks the rules -------------------------------------------------------------------------------

    @Test
    void endsTheTunnelWhenThePeerSendsMoreThanItsWindow() {
        TunnelPair pair = pair(TunnelPair.Shape.usual().window(16 * 1024), script(0, Ending.NONE));
        open(pair, pair.socket(script(0, Ending.NONE)));
        pair.timers.runFor(SECOND);
        services.get(0).stall(true);
        int channel = pair.monitor.frames(Frame.Open.class).get(0).channel();
        assertRefused(pair, data(channel, 16 * 1024 + 1), "was allowed");
    }

    @Test
    void endsTheTunnelOnAFrameOfAChannelThatWasNeverOpened() {
        assertRefused(pair(TunnelPair.Shape.usual()), data(2, 1), "never opened");
    }

    @Test
    void endsTheTunnelWhenThePeerAcknowledgesWhatWasNeverSent() {
        TunnelPair pair = pair(TunnelPair.Shape.usual(), script(0, Ending.NONE));
        open(pair, pair.socket(script(0, Ending.NONE)));
        pair.timers.runFor(SECOND);
        int channel = pair.monitor.frames(Frame.Open.class).get(0).channel();
        assertRefused(pair, bytes(new Frame.Window(channel, 1, 1)), "only 0 was sent");
    }

    @Test
    void endsTheTunnelOnAHandshakeFrameInItsMidst() {
        assertRefused(
                pair(TunnelPair.Shape.usual()),
                bytes(new Frame.Challenge(1, 0, 1, BindingWanted.LEAF, new byte[32])),
                "");
    }

    private static void assertRefused(TunnelPair pair, ByteBuf bytes, String reason) {
        pair.inject(pair.client, bytes);
        assertThat(pair.timers.runUntil(pair.node::isClosed, SECOND)).isTrue();
        assertThat(pair.node.goAways).singleElement().satisfies(goAway -> {
            assertThat(goAway.code()).isEqualTo(GoAwayCode.PROTOCOL);
            assertThat(goAway.reason()).contains(reason);
        });
    }

    private static ByteBuf data(int channel, int length) {
        ByteBuf bytes = Unpooled.buffer();
        FrameEncoder.dataHeader(bytes, channel, length);
        return bytes.writeZero(length);
    }

    private static ByteBuf bytes(Frame frame) {
        return Unpooled.wrappedBuffer(FrameEncoder.toArray(frame));
    }

    @Test
    void opensNothingAfterGoodbyeAndLetsStreamsFinish() {
        TunnelPair pair = pair(TunnelPair.Shape.usual(), script(LARGE, Ending.FIN));
        open(pair, pair.socket(script(LARGE, Ending.FIN)));
        pair.timers.runFor(MILLI);
        pair.node.tunnel.drain(new Frame.GoAway(GoAwayCode.DRAINING, "", "the node leaves", 1_000));
        assertThat(pair.node.tunnel.isOpen()).isFalse();
        assertThat(pair.timers.runUntil(() -> ends.size() == 1, 60 * SECOND)).isTrue();
        assertThat(ends).hasOnlyElementsOfType(StreamOutcome.Clean.class);
        assertThat(pair.client.goAways).extracting(Frame.GoAway::type).containsExactly(FrameType.GOAWAY);
    }
}
