package io.tlstunnel.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tlstunnel.config.Engine.DataPath;
import io.tlstunnel.mux.handshake.DiallerStep;
import io.tlstunnel.mux.handshake.OwnSession;
import io.tlstunnel.security.ResumeSecret;
import io.tlstunnel.wire.Frame;
import io.tlstunnel.wire.FrameEncoder;
import io.tlstunnel.wire.FrameType;
import io.tlstunnel.wire.ProxyResult;
import io.tlstunnel.wire.ProxySpec;
import io.tlstunnel.wire.ResumeAnswer;
import io.tlstunnel.wire.ResumeEntry;
import io.tlstunnel.wire.ResumedEntry;
import io.tlstunnel.wire.StreamId;
import io.tlstunnel.wire.StreamState;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** RESUMEs that are forged, foreign or out of date, by somebody who has a key, over real sockets. */
@ParameterizedClass
@EnumSource(DataPath.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 2, unit = TimeUnit.MINUTES)
final class StolenStreamTest {
    private static final int GUESSES = 64;
    private static final int WINDOW = 64 * 1024;
    private static final int ATTACH = 5;

    @Parameter
    private DataPath path = DataPath.FAST;

    private BesiegedServer server;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        server = BesiegedServer.start(folder, path);
    }

    @AfterEach
    void nobodyElseIsHarmed() {
        server.pulse().check();
    }

    @AfterAll
    void end() throws IOException {
        try {
            server.checkLog();
        } finally {
            server.close();
        }
    }

    private static DiallerStep.Established established(HandDialler dialler) throws IOException {
        return (DiallerStep.Established) dialler.shakeHands();
    }

    private static HandDialler dialler(WirePeer peer) {
        return HandDialler.on(peer, HandDialler.RIGHT_KEY, BesiegedServer.VICTIM);
    }

    private static byte[] awaitFrame(WirePeer peer, FrameType type) throws IOException {
        byte[] frame = peer.next();
        while (frame[0] != type.code()) {
            frame = peer.next();
        }
        return frame;
    }

    private static List<ResumedEntry> resumed(WirePeer peer, int count) throws IOException {
        List<ResumedEntry> entries = new ArrayList<>();
        while (entries.size() < count) {
            entries.addAll(((Frame.Resumed) WirePeer.decodeBehind(awaitFrame(peer, FrameType.RESUMED))).streams());
        }
        return entries;
    }

    private static ResumeEntry entry(StreamId stream, int channel, int attach, long received) {
        return new ResumeEntry(stream, null, channel, attach, received, received + WINDOW, new StreamState.Open());
    }

    /** The ids of all streams of a node can be guessed: that of the one beside it is among these. */
    @Test
    void nobodyGoesOnWithTheStreamOfAnotherSession() throws IOException {
        try (WirePeer thief = WirePeer.open(server.port())) {
            long incarnation = established(dialler(thief)).welcome().incarnation();
            List<ResumeEntry> guesses = IntStream.range(0, GUESSES)
                    .mapToObj(n -> entry(new StreamId(incarnation, n), 2 * n + 1, 1, 0))
                    .toList();
            thief.send(FrameEncoder.toArray(new Frame.Resume(guesses)));

            assertThat(resumed(thief, GUESSES)).extracting(ResumedEntry::answer).containsOnly(ResumeAnswer.GONE);
        }
    }

    @Test
    void aSessionIsBelievedWithItsSecretOnly() throws IOException {
        DiallerStep.Established first;
        try (WirePeer peer = WirePeer.open(server.port())) {
            first = established(dialler(peer));
            OwnSession own = new OwnSession(first.welcome().session(), first.secret());
            OwnSession forged =
                    new OwnSession(first.welcome().session(), ResumeSecret.of(new byte[ResumeSecret.LENGTH]));
            try (WirePeer second = WirePeer.open(server.port());
                    WirePeer forger = WirePeer.open(server.port())) {
                assertThat(established(HandDialler.on(second, BesiegedServer.VICTIM, own))
                                .welcome()
                                .session())
                        .isEqualTo(first.welcome().session());
                assertThat(established(HandDialler.on(forger, BesiegedServer.VICTIM, forged))
                                .welcome()
                                .session())
                        .as("a session of its own")
                        .isNotEqualTo(first.welcome().session());
            }
        }
    }

    @Test
    void aResumeThatIsOutOfDateTakesNothingBack() throws IOException {
        try (WirePeer first = WirePeer.open(server.port());
                WirePeer second = WirePeer.open(server.port())) {
            DiallerStep.Established session = established(dialler(first));
            try (Socket visitor = Rig.visit(publish(first))) {
                visitor.getOutputStream().write('a');
                StreamId stream = accept(first, 'a');
                established(HandDialler.on(
                        second,
                        BesiegedServer.VICTIM,
                        new OwnSession(session.welcome().session(), session.secret())));
                second.send(FrameEncoder.toArray(new Frame.Resume(List.of(entry(stream, 1, ATTACH, 1)))));
                assertThat(resumed(second, 1)).extracting(ResumedEntry::answer).containsExactly(ResumeAnswer.OK);

                for (int attach : new int[] {ATTACH - 1, ATTACH}) {
                    first.send(
                            FrameEncoder.toArray(new Frame.Resume(List.of(entry(stream, 2 * attach + 1, attach, 0)))));
                }
                first.send(FrameEncoder.toArray(new Frame.Ping(4_711)));
                byte[] frame = first.next();
                while (frame[0] != FrameType.PONG.code()) {
                    assertThat(frame[0]).as("no answer to what is ignored").isNotEqualTo(FrameType.RESUMED.code());
                    frame = first.next();
                }
                visitor.getOutputStream().write('b');
                assertThat(awaitFrame(second, FrameType.DATA)).endsWith('b');
            }
        }
    }

    /** Publishes a proxy by hand; its public port. */
    private static int publish(WirePeer peer) throws IOException {
        ProxySpec spec = new ProxySpec("web", "tcp", "127.0.0.1", 0, Map.of());
        peer.send(FrameEncoder.toArray(new Frame.Register(1, List.of(spec))));
        Frame.Registered registered = (Frame.Registered) WirePeer.decodeBehind(awaitFrame(peer, FrameType.REGISTERED));
        String address = ((ProxyResult.Accepted) registered.results().get(0)).publicAddress();
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }

    /** Lets the next visitor in. */
    private static StreamId accept(WirePeer peer, char said) throws IOException {
        byte[] open = awaitFrame(peer, FrameType.OPEN);
        int channel = ByteBuffer.wrap(open).getInt(4);
        peer.send(FrameEncoder.toArray(new Frame.Opened(channel, WINDOW)));
        assertThat(awaitFrame(peer, FrameType.DATA)).endsWith(said);
        return ((Frame.Open) WirePeer.decodeBehind(open)).stream();
    }
}
