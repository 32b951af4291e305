package io.tlstunnel.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tlstunnel.config.Engine.DataPath;
import io.tlstunnel.mux.handshake.Protocol;
import io.tlstunnel.security.CertificateNames;
import io.tlstunnel.security.GeneratedCertificate;
import io.tlstunnel.security.ServerCertificate;
import io.tlstunnel.wire.Frame;
import io.tlstunnel.wire.FrameType;
import io.tlstunnel.wire.GoAwayCode;
import io.tlstunnel.wire.WireFormat;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Somebody in between, or at one end without the key, over real sockets: nobody believes him, and nobody is harmed. */
@ParameterizedClass
@EnumSource(DataPath.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(LeakCheck.class)
@Timeout(value = 5, unit = TimeUnit.MINUTES)
final class ProofTest {
    private static final String SKIP_VERIFY = "skip_verify = true";

    /** With the server's certificate: only the proof of the key is in the attacker's way. */
    private static final String VERIFY = "";

    private static final Pattern REFERENCE = Pattern.compile("under the reference \"([0-9a-f]+)\"");

    @Parameter
    private DataPath path = DataPath.FAST;

    private BesiegedServer server;
    private ServerCertificate stolen;
    private ServerCertificate other;

    @BeforeAll
    void start(@TempDir Path folder, @TempDir Path attackers) throws IOException {
        server = BesiegedServer.start(folder, path);
        stolen = certificateIn(folder);
        other = certificateIn(attackers);
    }

    private static ServerCertificate certificateIn(Path folder) {
        return GeneratedCertificate.in(folder, () -> CertificateNames.ofThisHost("127.0.0.1"));
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

    private String refusalOf(int port, String trust) throws IOException {
        return Victim.refusal(server, port, trust);
    }

    private static String referenceIn(String line) {
        Matcher reference = REFERENCE.matcher(line);
        assertThat(reference.find()).as(line).isTrue();
        return reference.group(1);
    }

    // ---- reflection ------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource
    void theRealClientDoesNotBelieveItsOwnWords(Reflection reflection) throws IOException {
        try (Impostor impostor = Impostor.playing(other, reflection::answer)) {
            assertThat(refusalOf(impostor.port(), SKIP_VERIFY)).contains(reflection.clientSays());
            assertOnlyGoodbye(impostor.rest());
        }
    }

    private static void assertOnlyGoodbye(List<Frame> rest) {
        assertThat(rest).singleElement().isInstanceOf(Frame.GoAway.class);
    }

    @Test
    void theRealServerDoesNotBelieveItsOwnWords() throws IOException {
        try (WirePeer peer = WirePeer.open(server.port())) {
            peer.send(HandDialler.on(peer, HandDialler.WRONG_KEY, BesiegedServer.VICTIM)
                    .hello());
            peer.send(peer.next());

            assertThat(((Frame.GoAway) peer.nextFrame()).code()).isEqualTo(GoAwayCode.PROTOCOL);
            server.awaitLine(":" + peer.localPort(), "malformed");
        }
    }

    // ---- a changed handshake ---------------------------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource
    void noChangedHandshakeGetsThrough(Tampering tampering) throws IOException {
        try (Middleman middleman = Middleman.inFrontOf(server.port(), stolen, tampering.change())) {
            assertThat(refusalOf(middleman.port(), VERIFY)).contains(tampering.clientSays());
            server.awaitLine(":" + middleman.farPort(), tampering.serverSays());
        }
    }

    /** What this release does not speak yet, taken out of what a later client offers. */
    @Test
    void aLaterClientIsNotTalkedDown() throws IOException {
        Protocol later = new Protocol(List.of(2, 1), 0b1);
        UnaryOperator<byte[]> strip = Middleman.changing(
                Frame.Hello.class,
                hello -> new Frame.Hello(
                        List.of(1), 0, hello.name(), hello.session(), hello.initialWindow(), hello.nonce()));
        try (Middleman middleman = Middleman.inFrontOf(server.port(), stolen, strip);
                WirePeer client = WirePeer.open(middleman.port())) {
            HandDialler.on(client, HandDialler.RIGHT_KEY, BesiegedServer.VICTIM, later)
                    .shakeHands();

            server.awaitLine(":" + middleman.farPort(), "somebody changed the handshake");
        }
    }

    /** The control for the test above. */
    @Test
    void aLaterClientIsLetInIfNobodyInterferes() throws IOException {
        Protocol later = new Protocol(List.of(2, 1), 0b1);
        try (Middleman middleman = Middleman.inFrontOf(server.port(), stolen, UnaryOperator.identity());
                WirePeer client = WirePeer.open(middleman.port())) {
            HandDialler.on(client, HandDialler.RIGHT_KEY, BesiegedServer.VICTIM, later)
                    .shakeHands();

            server.awaitLine(":" + middleman.farPort(), "tunnel up");
        }
    }

    // ---- a swapped certificate -------------------------------------------------------------------------------------

    @Test
    void theServerNoticesASwappedCertificateThatTheClientDoesNot() throws IOException {
        try (Middleman middleman = Middleman.inFrontOf(server.port(), other, UnaryOperator.identity())) {
            String line = refusalOf(middleman.port(), SKIP_VERIFY);

            assertThat(line).contains("the server refused this client", "a TLS-inspecting company proxy");
            server.awaitLine(referenceIn(line), "was shown a certificate that is not this server's");
            server.awaitLine(referenceIn(line), other.fingerprint().toString());
        }
    }

    /** It says that no binding is wanted, and so the client would not tell the server what it was shown. */
    @Test
    void theClientGivesNoUnboundProofToASwappedCertificate() throws IOException {
        UnaryOperator<byte[]> unbound = Tampering.WANTED_BINDING.change();
        try (Middleman middleman = Middleman.inFrontOf(server.port(), other, unbound)) {
            assertThat(refusalOf(middleman.port(), SKIP_VERIFY))
                    .contains("so the certificate must be verified or pinned, and this one is neither");

            server.awaitLine(":" + middleman.farPort(), "the dialling side ended the handshake");
            assertThat(middleman.seen()).noneMatch(frame -> frame[0] == FrameType.PROOF.code());
        }
    }

    @Test
    void aPinnedOrVerifiedCertificateCannotBeSwapped() throws IOException {
        String pin = "server_fingerprint = \"" + stolen.fingerprint() + "\"";
        try (Middleman middleman = Middleman.inFrontOf(server.port(), other, UnaryOperator.identity())) {
            assertThat(refusalOf(middleman.port(), pin)).contains("shows another certificate than the pinned one");
            assertThat(refusalOf(middleman.port(), VERIFY)).contains("was not accepted");

            assertThat(middleman.seen()).isEmpty();
        }
    }

    /** The way out for company networks, and the control: nothing but the binding stands in this man's way. */
    @Test
    void aTrustedProxyThatOpensTlsIsLetThroughWithoutBinding() throws IOException {
        String trust = "channel_binding = \"off\"\nserver_fingerprint = \"" + other.fingerprint() + "\"";
        try (Middleman middleman = Middleman.inFrontOf(server.port(), other, UnaryOperator.identity());
                Victim client = Victim.dialling(server, middleman.port(), trust);
                Pulse stream = client.visited()) {
            client.log().await("tunnel up", "binding=\"OFF\"");
            client.assertUnharmed(stream);
        }
    }

    // ---- replays ---------------------------------------------------------------------------------------------------

    /** What an attacker does with the frames of a session that he has heard. */
    @FunctionalInterface
    private interface Use {
        void of(Middleman heard) throws IOException;
    }

    /** Through somebody who has the server's certificate, and whom nobody notices: the control for all that he tries. */
    private void afterHearing(Use use) throws IOException {
        try (Middleman middleman = Middleman.inFrontOf(server.port(), stolen, UnaryOperator.identity());
                Victim client = Victim.dialling(server, middleman.port(), VERIFY);
                Pulse stream = client.visited()) {
            use.of(middleman);
            client.assertUnharmed(stream);
        }
    }

    @Test
    void aReplayedProofIsRefused() throws IOException {
        afterHearing(heard -> assertRefused(heard.recorded(FrameType.HELLO), heard.recorded(FrameType.PROOF)));
    }

    @Test
    void aMacOfTheServersOwnIsNoProof() throws IOException {
        afterHearing(heard -> {
            byte[] welcome = heard.recorded(FrameType.WELCOME);
            byte[] proof = heard.recorded(FrameType.PROOF).clone();
            int mac = WireFormat.MAC_LENGTH;
            System.arraycopy(welcome, welcome.length - mac, proof, proof.length - mac, mac);
            assertRefused(heard.recorded(FrameType.HELLO), proof);
        });
    }

    private void assertRefused(byte[] hello, byte[] proof) throws IOException {
        try (WirePeer peer = WirePeer.open(server.port())) {
            peer.send(hello);
            assertThat(peer.nextFrame()).isInstanceOf(Frame.Challenge.class);
            peer.send(proof);
            Frame.GoAway goAway = (Frame.GoAway) peer.nextFrame();
            assertThat(goAway.code()).isEqualTo(GoAwayCode.REFUSED);
            server.awaitLine(goAway.reference(), "somebody changed the handshake on its way");
        }
    }

    /** The client refuses that tunnel, and only that. */
    @Test
    void aChangedWelcomeOfASecondTunnelDoesNotEndTheSession() throws IOException {
        UnaryOperator<byte[]> change = Tampering.GIVEN_LIMITS.change();
        AtomicInteger welcomes = new AtomicInteger();
        UnaryOperator<byte[]> second = frame ->
                frame[0] == FrameType.WELCOME.code() && welcomes.incrementAndGet() == 2 ? change.apply(frame) : frame;
        try (Middleman middleman = Middleman.inFrontOf(server.port(), stolen, second);
                Victim client = Victim.dialling(server, middleman.port(), "connections = 2");
                Pulse stream = client.visited()) {
            client.log().await("no tunnel", "the server does not know the key");
            server.awaitLine(":" + middleman.farPort(), "tunnel closed");
            assertThat(((Frame.GoAway) WirePeer.decode(middleman.recorded(FrameType.GOAWAY))).code())
                    .as("BYE would end the session")
                    .isEqualTo(GoAwayCode.PROTOCOL);
            client.assertUnharmed(stream);
        }
    }

    @Test
    void aReplayedWelcomeProvesNothing() throws IOException {
        afterHearing(heard -> {
            byte[] challenge = heard.recorded(FrameType.CHALLENGE);
            byte[] welcome = heard.recorded(FrameType.WELCOME);
            try (Impostor impostor = Impostor.playing(stolen, client -> {
                client.next();
                client.send(challenge);
                client.next();
                client.send(welcome);
            })) {
                assertThat(refusalOf(impostor.port(), VERIFY)).contains("the server does not know the key");
                assertOnlyGoodbye(impostor.rest());
            }
        });
    }
}
