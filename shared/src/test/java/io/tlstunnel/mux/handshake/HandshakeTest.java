package io.tlstunnel.mux.handshake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tlstunnel.config.ClientConfig.ChannelBinding;
import io.tlstunnel.mux.handshake.AnswererStep.Admitted;
import io.tlstunnel.mux.handshake.AnswererStep.Cause;
import io.tlstunnel.mux.handshake.AnswererStep.PeerLeft;
import io.tlstunnel.mux.handshake.DiallerStep.Established;
import io.tlstunnel.mux.handshake.DiallerStep.Failed;
import io.tlstunnel.mux.handshake.DiallerStep.Fault;
import io.tlstunnel.mux.handshake.DiallerStep.Refused;
import io.tlstunnel.mux.handshake.DiallerStep.SendProof;
import io.tlstunnel.security.Candidate;
import io.tlstunnel.security.NodeKey;
import io.tlstunnel.security.TunnelKey;
import io.tlstunnel.wire.BindingUsed;
import io.tlstunnel.wire.Frame;
import io.tlstunnel.wire.Frame.GoAway;
import io.tlstunnel.wire.FrameEncoder;
import io.tlstunnel.wire.GoAwayCode;
import io.tlstunnel.wire.MalformedFrameException;
import io.tlstunnel.wire.SessionRef;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Two honest sides, or one that is merely configured wrongly. */
class HandshakeTest {
    private final Rig rig = new Rig();

    @Test
    void provesTheKeyToBothSides() {
        Rig.Run run = rig.run();

        Admitted<String> admitted = run.admitted();
        Established established = (Established) run.clientSide.feedOne(run.node.welcome(Rig.WELCOME));

        assertThat(admitted)
                .isEqualTo(new Admitted<>("laptop", "entry of laptop", null, null, 32768, BindingUsed.LEAF, 1, 0));
        assertThat(established.welcome().nodeId()).isEqualTo("node-1");
        assertThat(established.welcome().incarnation()).isEqualTo(Rig.INCARNATION);
        assertThat(established.welcome().session()).isEqualTo(Rig.SESSION);
        assertThat(established.welcome().revision()).isEqualTo(7);
        assertThat(established.secret().bytes())
                .isEqualTo(rig.nodeKey.resumeSecret("laptop", Rig.SESSION).bytes());
        assertThat(established.binding()).isEqualTo(BindingUsed.LEAF);
    }

    @Test
    void doesNotMindHowTheBytesAreCut() {
        Rig.Run run = rig.run();
        byte[] hello = run.hello;
        for (int i = 0; i < hello.length - 1; i++) {
            assertThat(run.nodeSide.feed(new byte[] {hello[i]})).isEmpty();
        }
        assertThat(run.nodeSide.feed(Arrays.copyOfRange(hello, hello.length - 1, hello.length)))
                .hasSize(1);
    }

    @Test
    void takesEitherKeyDuringARotation() {
        TunnelKey next = TunnelKey.random(Rig.RANDOM);
        rig.known = Map.of("laptop", List.of(new Candidate<>(rig.key, "old"), new Candidate<>(next, "new")));

        assertThat(rig.run().admitted().entry()).isEqualTo("old");
        assertThat(rig.run().toWelcome()).isInstanceOf(Established.class);

        rig.clientKey = next;
        assertThat(rig.run().admitted().entry()).isEqualTo("new");
        assertThat(rig.run().toWelcome()).isInstanceOf(Established.class);
    }

    @Test
    void choosesTheHighestVersionAndTheFeaturesOfBoth() {
        rig.clientProtocol = new Protocol(List.of(3, 2, 1), 0b0111);
        rig.nodeProtocol = new Protocol(List.of(2, 1), 0b1101);

        Established established = (Established) rig.run().toWelcome();

        assertThat(established.version()).isEqualTo(2);
        assertThat(established.features()).isEqualTo(0b0101);
    }

    @Test
    void namesBothSidesVersionsWhenThereIsNoneInCommon() {
        rig.clientProtocol = new Protocol(List.of(3, 2), 0);
        Rig.Run run = rig.run();

        AnswererStep.Refused<String> refused = (AnswererStep.Refused<String>) run.toHello();
        Refused told = (Refused) run.clientSide.feedOne(refused.goAway());

        assertThat(refused.cause()).isEqualTo(Cause.VERSION);
        assertThat(refused.reason()).isEqualTo("this side speaks protocol version 1, the dialling side offers 3, 2");
        assertThat(told.code()).isEqualTo(GoAwayCode.PROTOCOL);
        assertThat(told.sentence()).contains(refused.reason());
    }

    @Nested
    class Refusals {
        @Test
        void tellsAWrongKeyInTheLogOnly() {
            rig.clientKey = TunnelKey.random(Rig.RANDOM);

            assertRefused(Cause.WRONG_KEY, "client \"laptop\" did not prove a key of that name");
        }

        @Test
        void tellsAnUnknownNameInTheLogOnly() {
            rig.name = "desktop";

            assertRefused(Cause.UNKNOWN_NAME, "there is no client \"desktop\"");
        }

        @Test
        void namesTheWayOutBehindACompanyProxy() {
            rig.carrier = new CarrierTrust.Certificate(Rig.leaf(9), true);

            Refused told = assertRefused(Cause.OTHER_CERTIFICATE, Rig.leaf(9).toString());

            assertThat(told.sentence()).contains("TLS-inspecting company proxy", "channel_binding = \"off\"");
        }

        @Test
        void doesNotOfferThatWayOutWhereNoBindingWasInUse() {
            rig.clientKey = TunnelKey.random(Rig.RANDOM);
            rig.binding = ChannelBinding.OFF;

            Refused told = assertRefused(Cause.WRONG_KEY, "laptop");

            assertThat(told.sentence()).doesNotContain("proxy");
        }

        @Test
        void sendsTheSameBytesForAWrongKeyAndAnUnknownNameButForTheReference() {
            rig.clientKey = TunnelKey.random(Rig.RANDOM);
            byte[] wrongKey = ((AnswererStep.Refused<String>) rig.run().toProof()).goAway();
            rig.name = "nobody";
            byte[] unknown = ((AnswererStep.Refused<String>) rig.run().toProof()).goAway();

            assertThat(unknown).hasSameSizeAs(wrongKey).isNotEqualTo(wrongKey);
            assertThat(new String(unknown, StandardCharsets.UTF_8).replaceAll("[0-9a-f]{12}", ""))
                    .isEqualTo(new String(wrongKey, StandardCharsets.UTF_8).replaceAll("[0-9a-f]{12}", ""));
        }

        @Test
        void letsTheHostRefuseInPlaceOfWelcome() {
            Rig.Run run = rig.run();
            run.admitted();

            AnswererStep.Refused<String> refused = run.node.refuse("client \"laptop\" has 16 tunnels already");

            assertThat(refused.cause()).isEqualTo(Cause.HOST);
            assertThat(((Refused) run.clientSide.feedOne(refused.goAway())).sentence())
                    .contains(refused.reference())
                    .doesNotContain("16 tunnels");
            assertThatThrownBy(() -> run.node.welcome(Rig.WELCOME)).isInstanceOf(IllegalStateException.class);
        }

        private Refused assertRefused(Cause cause, String inLog) {
            Rig.Run run = rig.run();
            AnswererStep.Refused<String> refused = (AnswererStep.Refused<String>) run.toProof();
            Refused told = (Refused) run.clientSide.feedOne(refused.goAway());

            assertThat(refused.cause()).isEqualTo(cause);
            assertThat(refused.reason()).contains(inLog);
            assertThat(refused.reference()).matches("[0-9a-f]{12}");
            assertThat(told.code()).isEqualTo(GoAwayCode.REFUSED);
            assertThat(told.reference()).isEqualTo(refused.reference());
            assertThat(told.sentence()).contains(refused.reference()).doesNotContain(refused.reason());
            assertThatThrownBy(() -> run.node.welcome(Rig.WELCOME)).isInstanceOf(IllegalStateException.class);
            return told;
        }
    }

    @Nested
    class Binding {
        @ParameterizedTest
        @CsvSource({
            // carrier, channel_binding, node wants LEAF | used, or - if the client ends before PROOF
            "trusted, ON, true, LEAF",
            "untrusted, ON, true, LEAF",
            "loopback, ON, true, -",
            "unprotected, ON, true, -",
            "trusted, OFF, true, OFF",
            "untrusted, OFF, true, -",
            "loopback, OFF, true, OFF",
            "unprotected, OFF, true, -",
            "trusted, ON, false, NONE",
            "untrusted, ON, false, -",
            "loopback, ON, false, NONE",
            "unprotected, ON, false, -",
            "trusted, OFF, false, OFF",
            "untrusted, OFF, false, -"
        })
        void givesAnUnboundProofOnlyToATrustedPeer(
                String carrier, ChannelBinding choice, boolean leafWanted, String used) {
            rig.carrier = carrier(carrier);
            rig.binding = choice;
            rig.leaves = leafWanted ? Set.of(Rig.LEAF) : Set.of();

            if (used.equals("-")) {
                Rig.Run run = rig.run();
                Failed failed = (Failed) run.toChallenge();
                assertThat(failed.fault()).isEqualTo(Fault.UNTRUSTED);
                assertThat(run.nodeSide.feedOne(failed.goAway())).isInstanceOf(PeerLeft.class);
            } else {
                assertThat(rig.run().admitted().binding()).isEqualTo(BindingUsed.valueOf(used));
                assertThat(rig.run().toWelcome()).isInstanceOf(Established.class);
            }
        }

        @Test
        void takesTheOldAndTheNewLeafOfABalancer() {
            rig.leaves = Set.of(Rig.leaf(7), Rig.leaf(8));
            for (int shown : new int[] {7, 8}) {
                rig.carrier = new CarrierTrust.Certificate(Rig.leaf(shown), false);
                assertThat(rig.run().toWelcome()).isInstanceOf(Established.class);
            }
        }

        @Test
        void trustsAPeerWithoutCertificateOnLoopbackOnly() {
            assertThat(CarrierTrust.of(null, true, address(127, 0, 0, 1)).trusted())
                    .isTrue();
            assertThat(CarrierTrust.of(null, true, address(192, 0, 2, 1)).trusted())
                    .isFalse();
            assertThat(CarrierTrust.of(Rig.LEAF.bytes(), false, address(127, 0, 0, 1))
                            .trusted())
                    .isFalse();
        }

        private InetAddress address(int... bytes) {
            try {
                return InetAddress.getByAddress(
                        new byte[] {(byte) bytes[0], (byte) bytes[1], (byte) bytes[2], (byte) bytes[3]});
            } catch (java.net.UnknownHostException e) {
                throw new AssertionError(e);
            }
        }

        private CarrierTrust carrier(String word) {
            return switch (word) {
                case "trusted" -> new CarrierTrust.Certificate(Rig.LEAF, true);
                case "untrusted" -> new CarrierTrust.Certificate(Rig.LEAF, false);
                case "loopback" -> new CarrierTrust.Loopback();
                default -> new CarrierTrust.Unprotected();
            };
        }
    }

    @Nested
    class Sessions {
        @Test
        void believesASessionWithItsSecret() {
            rig.session = rig.ownSession();

            assertThat(rig.run().admitted().provedSession()).isEqualTo(Rig.SESSION);
            assertThat(rig.run().admitted().claimedSession()).isNull();
        }

        @Test
        void believesTheSecretThatWelcomeGave() {
            Established first = (Established) rig.run().toWelcome();
            rig.session = new OwnSession(first.welcome().session(), first.secret());

            assertThat(rig.run().admitted().provedSession()).isEqualTo(Rig.SESSION);
        }

        @Test
        void doesNotBelieveASessionWithAnotherSecret() {
            OwnSession own = rig.ownSession();
            List<OwnSession> forged = List.of(
                    new OwnSession(new SessionRef(11, 12, 4), own.secret()),
                    new OwnSession(new SessionRef(11, 13, 3), own.secret()),
                    new OwnSession(Rig.SESSION, rig.nodeKey.resumeSecret("desktop", Rig.SESSION)),
                    new OwnSession(Rig.SESSION, NodeKey.random(Rig.RANDOM).resumeSecret("laptop", Rig.SESSION)));
            for (OwnSession session : forged) {
                rig.session = session;
                Admitted<String> admitted = rig.run().admitted();

                assertThat(admitted.provedSession()).isNull();
                assertThat(admitted.claimedSession()).isEqualTo(session.ref());
            }
        }
    }

    @Nested
    class GoAways {
        @ParameterizedTest
        @CsvSource({"DRAINING, Draining", "REFUSED, Refused", "PROTOCOL, Refused", "EXHAUSTED, Refused", "BYE, Refused"
        })
        void endTheHandshakeInPlaceOfChallengeAndOfWelcome(GoAwayCode code, String step) {
            byte[] goAway = FrameEncoder.toArray(new GoAway(code, "", "leaving now", 0));

            assertThat(rig.run().clientSide.feedOne(goAway).getClass().getSimpleName())
                    .isEqualTo(step);
            Rig.Run run = rig.run();
            run.proof();
            assertThat(run.clientSide.feedOne(goAway).getClass().getSimpleName())
                    .isEqualTo(step);
        }

        @Test
        void showThePeersTextWithoutControlCharacters() {
            byte[] goAway = FrameEncoder.toArray(
                    new GoAway(GoAwayCode.DRAINING, "", "bye\n2026-01-01 INFO forged \u001b[2J\u202e\"", 0));

            DiallerStep.Draining draining =
                    (DiallerStep.Draining) rig.run().clientSide.feedOne(goAway);

            assertThat(draining.sentence()).endsWith("\"bye\\u{a}2026-01-01 INFO forged \\u{1b}[2J\\u{202e}\\\"\"");
        }

        @Test
        void endTheClientForGoodOnlyFromATrustedPeerThatNamesItsSession() {
            rig.session = rig.ownSession();
            byte[] mine = replaced(Rig.SESSION);
            byte[] another = replaced(new SessionRef(5, 6, 7));

            assertThat(rig.run().clientSide.feedOne(mine)).isInstanceOf(DiallerStep.Replaced.class);
            assertThat(rig.run().clientSide.feedOne(another)).isInstanceOf(Refused.class);

            rig.carrier = new CarrierTrust.Certificate(Rig.LEAF, false);
            assertThat(rig.run().clientSide.feedOne(mine)).isInstanceOf(Refused.class);
        }

        @Test
        void fromTheDiallingSideAreLoggedAsWhatTheyAre() {
            Rig.Run run = rig.run();
            run.challenge();

            PeerLeft<String> left = (PeerLeft<String>)
                    run.nodeSide.feedOne(FrameEncoder.toArray(new GoAway(GoAwayCode.BYE, "", "no\nthanks", 0)));

            assertThat(left.reason()).isEqualTo("the dialling side ended the handshake: \"no\\u{a}thanks\"");
        }

        private byte[] replaced(SessionRef session) {
            return FrameEncoder.toArray(new GoAway(GoAwayCode.REPLACED, session.id(), "by 192.0.2.1", 0));
        }
    }

    @Nested
    class Order {
        @Test
        void refusesProofBeforeHello() {
            byte[] proof = rig.run().proof();

            assertMalformed(() -> rig.run().nodeSide.feed(proof));
        }

        @Test
        void refusesASecondHello() {
            Rig.Run run = rig.run();
            run.challenge();

            assertMalformed(() -> run.nodeSide.feed(run.hello));
        }

        @Test
        void refusesASecondProof() {
            Rig.Run run = rig.run();
            byte[] proof = run.proof();
            run.nodeSide.feed(proof);

            assertMalformed(() -> run.nodeSide.feed(proof));
        }

        @Test
        void refusesWelcomeInPlaceOfChallenge() {
            byte[] welcome = rig.run().welcome();

            assertMalformed(() -> rig.run().clientSide.feed(welcome));
        }

        @Test
        void refusesASecondChallenge() {
            Rig.Run run = rig.run();
            byte[] challenge = run.challenge();
            run.clientSide.feed(challenge);

            assertMalformed(() -> run.clientSide.feed(challenge));
        }

        @Test
        void refusesFramesOfTheOtherSide() {
            Rig.Run run = rig.run();
            byte[] challenge = run.challenge();

            assertMalformed(() -> run.nodeSide.feed(challenge));
            assertMalformed(() -> run.clientSide.feed(run.hello));
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 1, 2})
        void refusesTheTunnelsFramesBeforeWelcome(int steps) {
            Frame ping = new Frame.Ping(1);
            Rig.Run run = rig.run();
            if (steps == 1) {
                run.challenge();
            } else if (steps == 2) {
                run.admitted();
            }

            assertMalformed(() -> run.nodeSide.feed(FrameEncoder.toArray(ping)));
            assertMalformed(() -> run.node.frame(ping));
            assertMalformed(() -> run.client.frame(ping));
        }

        @Test
        void refusesWelcomeBeforeTheProof() {
            assertThatThrownBy(() -> rig.answerer().welcome(Rig.WELCOME)).isInstanceOf(IllegalStateException.class);
        }

        @Test
        void saysHelloOnce() {
            DiallerHandshake dialler = rig.dialler();
            dialler.hello();

            assertThatThrownBy(dialler::hello).isInstanceOf(IllegalStateException.class);
        }

        private void assertMalformed(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
            assertThatThrownBy(call).isInstanceOf(MalformedFrameException.class);
        }
    }

    @Test
    void sendsZerosForWhatThereIsNot() {
        rig.binding = ChannelBinding.OFF;
        byte[] proof = ((SendProof) rig.run().toChallenge()).proof();

        // u8 binding used, 32 bytes binding, 32 bytes resume MAC, 32 bytes MAC
        assertThat(Arrays.copyOfRange(proof, 9, 9 + 64)).containsOnly(0);
        assertThat(Arrays.copyOfRange(proof, 9 + 64, proof.length)).hasSize(32);
    }
}
