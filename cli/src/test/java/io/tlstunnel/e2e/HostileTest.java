package io.tlstunnel.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tlstunnel.config.Engine.DataPath;
import io.tlstunnel.mux.handshake.DiallerStep;
import io.tlstunnel.mux.handshake.Protocol;
import io.tlstunnel.wire.Frame;
import io.tlstunnel.wire.GoAwayCode;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every way to misuse the tunnel port, one by one: each ends soon, in words, and harms nobody else. */
@ParameterizedClass
@EnumSource(DataPath.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 5, unit = TimeUnit.MINUTES)
final class HostileTest {
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

    @ParameterizedTest
    @EnumSource
    void endsSoonWithALineThatSaysWhy(Attack attack) throws IOException {
        try (Socket socket = attack.launch(server.port())) {
            int from = socket.getLocalPort();
            WirePeer.awaitEnd(attack.name(), socket, BesiegedServer.BOUND);
            server.awaitLine(":" + from, attack.line());
        }
    }

    @Test
    void theRightClientStillComesIn() throws IOException {
        try (WirePeer peer = WirePeer.open(server.port())) {
            // Under the name of the one that is there, which is what a takeover is; so only as far as CHALLENGE.
            peer.send(HandDialler.on(peer, HandDialler.RIGHT_KEY, "client").hello());
            assertThat(peer.nextFrame()).isInstanceOf(Frame.Challenge.class);
        }
    }

    @Test
    void wrongKeyAndUnknownNameLookTheSameFromOutside() throws IOException {
        DiallerStep.Refused wrongKey = refused(HandDialler.WRONG_KEY, "client");
        DiallerStep.Refused unknown = refused(HandDialler.RIGHT_KEY, "nobody");

        assertThat(wrongKey.code()).isEqualTo(GoAwayCode.REFUSED).isEqualTo(unknown.code());
        assertThat(wrongKey.sentence().replace(wrongKey.reference(), ""))
                .isEqualTo(unknown.sentence().replace(unknown.reference(), ""));
        server.awaitLine(wrongKey.reference(), "did not prove a key");
        server.awaitLine(unknown.reference(), "there is no client");
    }

    private DiallerStep.Refused refused(io.tlstunnel.security.TunnelKey key, String name) throws IOException {
        try (WirePeer peer = WirePeer.open(server.port())) {
            return (DiallerStep.Refused) HandDialler.on(peer, key, name).shakeHands();
        }
    }

    @Test
    void aWrongVersionIsToldWhichOneIsRight() throws IOException {
        try (WirePeer peer = WirePeer.open(server.port())) {
            Protocol later = new Protocol(List.of(9), 0);
            peer.send(
                    HandDialler.on(peer, HandDialler.RIGHT_KEY, "client", later).hello());
            Frame.GoAway goAway = (Frame.GoAway) peer.nextFrame();
            assertThat(goAway.code()).isEqualTo(GoAwayCode.PROTOCOL);
            assertThat(goAway.reason()).contains("version 1", "9");
        }
    }

    @Test
    void framesThatBreakRfc6455AreClosedWithItsCodes() throws IOException {
        assertThat(closeCode(peer -> peer.text("hello?"))).isEqualTo(1003);
        assertThat(closeCode(peer -> peer.wronglyMasked(new byte[8]))).isEqualTo(1002);
        assertThat(closeCode(peer -> peer.announce(1L << 40))).isEqualTo(1009);
        assertThat(closeCode(peer -> peer.rawBytes(new byte[] {(byte) 0xf2, 0})))
                .isEqualTo(1002);
    }

    @FunctionalInterface
    private interface Offence {
        void against(WirePeer peer) throws IOException;
    }

    private int closeCode(Offence offence) throws IOException {
        try (WirePeer peer = WirePeer.open(server.port())) {
            offence.against(peer);
            return peer.closeCode();
        }
    }

    @Test
    void aMalformedFrameIsAnsweredWithGoAway() throws IOException {
        try (WirePeer peer = WirePeer.open(server.port())) {
            peer.send(new byte[] {1, 0x7f, (byte) 0xff, (byte) 0xff, 0, 0, 0, 0});
            assertThat(((Frame.GoAway) peer.nextFrame()).code()).isEqualTo(GoAwayCode.PROTOCOL);
        }
    }

    @Test
    void plainHttpIsToldToUseHttps() throws IOException {
        try (Socket socket = Attack.PLAIN_HTTP.launch(server.port())) {
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                    .startsWith("HTTP/1.1 400 ")
                    .contains("https://");
        }
    }

    @Test
    void anotherPathIsAnOrdinaryPageThatIsNotThere() throws IOException {
        try (Socket socket = Attack.WRONG_PATH.launch(server.port())) {
            assertThat(WirePeer.readHead(socket.getInputStream())).startsWith("HTTP/1.1 404 ");
        }
    }
}
