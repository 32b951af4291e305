package io.tlstunnel.mux.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.tlstunnel.config.ClientConfig.ChannelBinding;
import io.tlstunnel.mux.handshake.AnswererStep.Admitted;
import io.tlstunnel.mux.handshake.AnswererStep.Cause;
import io.tlstunnel.mux.handshake.AnswererStep.Refused;
import io.tlstunnel.mux.handshake.DiallerStep.Established;
import io.tlstunnel.mux.handshake.DiallerStep.Failed;
import io.tlstunnel.mux.handshake.DiallerStep.Fault;
import io.tlstunnel.security.Candidate;
import io.tlstunnel.security.Role;
import io.tlstunnel.security.Transcript;
import io.tlstunnel.security.TunnelKey;
import io.tlstunnel.wire.BindingUsed;
import io.tlstunnel.wire.BindingWanted;
import io.tlstunnel.wire.Frame;
import io.tlstunnel.wire.Frame.Challenge;
import io.tlstunnel.wire.Frame.Hello;
import io.tlstunnel.wire.Frame.Proof;
import io.tlstunnel.wire.Frame.Welcome;
import io.tlstunnel.wire.FrameDecoder;
import io.tlstunnel.wire.FrameEncoder;
import io.tlstunnel.wire.FrameSink;
import io.tlstunnel.wire.MalformedFrameException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Somebody in between, or at one end without the key. */
class AttackTest {
    private final Rig rig = new Rig();

    private enum Victim {
        HELLO,
        CHALLENGE,
        PROOF,
        WELCOME
    }

    @ParameterizedTest
    @EnumSource
    void noChangedBitGetsThrough(Victim victim) {
        rig.session = rig.ownSession();
        int bits = frameOf(victim).length * Byte.SIZE;
        for (int bit = 0; bit < bits; bit++) {
            int flipped = bit;
            assertThat(survives(victim, frame -> {
                        byte[] changed = frame.clone();
                        changed[flipped / Byte.SIZE] ^= (byte) (1 << (flipped % Byte.SIZE));
                        return changed;
                    }))
                    .as("%s with bit %d flipped", victim, bit)
                    .isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource
    void noCutOrLengthenedFrameGetsThrough(Victim victim) {
        assertThat(survives(victim, frame -> frame)).isTrue();
        for (int length = 0; length < frameOf(victim).length + 40; length++) {
            int cut = length;
            assertThat(survives(victim, frame -> cut == frame.length ? new byte[0] : resized(frame, cut)))
                    .as("%s of %d bytes", victim, length)
                    .isFalse();
        }
    }

    /** With the header's length made to fit, so that the decoder is not what refuses it. */
    private static byte[] resized(byte[] frame, int length) {
        byte[] changed = Arrays.copyOf(frame, length);
        if (length >= 8) {
            Unpooled.wrappedBuffer(changed).setMedium(1, length - 8);
        }
        return changed;
    }

    private byte[] frameOf(Victim victim) {
        Rig.Run run = rig.run();
        return switch (victim) {
            case HELLO -> run.hello;
            case CHALLENGE -> run.challenge();
            case PROOF -> run.proof();
            case WELCOME -> run.welcome();
        };
    }

    private interface Change {
        byte[] of(byte[] frame);
    }

    /** Whether the side that the change is aimed at still accepts the other. */
    private boolean survives(Victim victim, Change change) {
        try (Rig.Run run = rig.run()) {
            byte[] hello = victim == Victim.HELLO ? change.of(run.hello) : run.hello;
            byte[] challenge = onlyOf(run.nodeSide.feed(hello), AnswererStep.SendChallenge.class)
                    .challenge();
            challenge = victim == Victim.CHALLENGE ? change.of(challenge) : challenge;
            byte[] proof = onlyOf(run.clientSide.feed(challenge), DiallerStep.SendProof.class)
                    .proof();
            proof = victim == Victim.PROOF ? change.of(proof) : proof;
            onlyOf(run.nodeSide.feed(proof), Admitted.class);
            byte[] welcome = run.node.welcome(Rig.WELCOME);
            welcome = victim == Victim.WELCOME ? change.of(welcome) : welcome;
            onlyOf(run.clientSide.feed(welcome), Established.class);
            return true;
        } catch (Stopped | MalformedFrameException e) {
            return false;
        }
    }

    private static final class Stopped extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private static <T> T onlyOf(List<?> steps, Class<T> wanted) {
        if (steps.size() != 1 || !wanted.isInstance(steps.get(0))) {
            throw new Stopped();
        }
        return wanted.cast(steps.get(0));
    }

    @Test
    void aReplayedProofIsRefused() {
        byte[] recorded = rig.run().proof();
        Rig.Run run = rig.run();
        run.challenge();

        assertRefused(run.nodeSide.feedOne(recorded), Cause.WRONG_KEY);
    }

    @Test
    void aReplayedHelloAndProofAreRefused() {
        Rig.Run recorded = rig.run();
        byte[] proof = recorded.proof();
        Party<AnswererStep<String>> node = Party.of(rig.answerer());
        node.feedOne(recorded.hello);

        assertRefused(node.feedOne(proof), Cause.WRONG_KEY);
    }

    @Test
    void aReplayedWelcomeProvesNothing() {
        byte[] recorded = rig.run().welcome();
        Rig.Run run = rig.run();
        run.proof();

        assertThat(((Failed) run.clientSide.feedOne(recorded)).fault()).isEqualTo(Fault.UNPROVEN);
    }

    @Test
    void aClientsOwnNonceComesBack() {
        Rig.Run run = rig.run();
        Hello hello = (Hello) decoded(run.hello);
        byte[] reflected =
                FrameEncoder.toArray(new Challenge(1, 0, Rig.INCARNATION, BindingWanted.LEAF, hello.nonce()));

        assertThat(((Failed) run.clientSide.feedOne(reflected)).fault()).isEqualTo(Fault.UNPROVEN);
    }

    @Test
    void aClientsOwnMacComesBack() {
        Rig.Run run = rig.run();
        byte[] proof = run.proof();
        byte[] mac = Arrays.copyOfRange(proof, proof.length - 32, proof.length);

        assertThat(((Failed) run.clientSide.feedOne(welcome(mac))).fault()).isEqualTo(Fault.UNPROVEN);
    }

    /** The role byte, alone: the right key over the right transcript, but as the other side would make it. */
    @Test
    void aMacOfTheWrongRoleIsRefusedOnBothSides() {
        Rig.Run run = rig.run();
        byte[] challenge = run.challenge();
        byte[] proof = ((DiallerStep.SendProof) run.clientSide.feedOne(challenge)).proof();
        Transcript transcript = new Transcript();
        transcript.add(run.hello);
        transcript.add(challenge);
        byte[] turned = proof.clone();
        HandshakeFrames.put(rig.key.mac(Role.ANSWERED, transcript.upTo(proof, 32)), turned, 32);
        assertRefused(run.nodeSide.feedOne(turned), Cause.WRONG_KEY);

        transcript.add(proof);
        byte[] welcome = welcome(new byte[32]);
        HandshakeFrames.put(rig.key.mac(Role.DIALLED, transcript.upTo(welcome, 32)), welcome, 32);
        assertThat(((Failed) run.clientSide.feedOne(welcome)).fault()).isEqualTo(Fault.UNPROVEN);
    }

    /** The control for the test above: so made, but in the right role, it is accepted. */
    @Test
    void aMacOfTheRightRoleIsAccepted() {
        Rig.Run run = rig.run();
        byte[] challenge = run.challenge();
        byte[] proof = ((DiallerStep.SendProof) run.clientSide.feedOne(challenge)).proof();
        Transcript transcript = new Transcript();
        List.of(run.hello, challenge, proof).forEach(transcript::add);
        byte[] welcome = welcome(new byte[32]);
        HandshakeFrames.put(rig.key.mac(Role.ANSWERED, transcript.upTo(welcome, 32)), welcome, 32);

        assertThat(run.clientSide.feedOne(welcome)).isInstanceOf(Established.class);
    }

    @Test
    void aStrippedFeatureIsNoticed() {
        rig.clientProtocol = new Protocol(List.of(1), 0b1);
        rig.nodeProtocol = new Protocol(List.of(1), 0b1);
        Hello told = (Hello) decoded(rig.run().hello);

        assertStripped(new Hello(told.versions(), 0, told.name(), told.session(), told.initialWindow(), told.nonce()));
    }

    @Test
    void aStrippedVersionIsNoticed() {
        rig.clientProtocol = new Protocol(List.of(2, 1), 0);
        rig.nodeProtocol = new Protocol(List.of(2, 1), 0);
        Hello told = (Hello) decoded(rig.run().hello);

        assertStripped(new Hello(
                List.of(1), told.features(), told.name(), told.session(), told.initialWindow(), told.nonce()));
    }

    private void assertStripped(Hello stripped) {
        Rig.Run run = rig.run();
        Hello sent = (Hello) decoded(run.hello);
        Hello changed = new Hello(
                stripped.versions(),
                stripped.features(),
                sent.name(),
                sent.session(),
                sent.initialWindow(),
                sent.nonce());
        AnswererStep.SendChallenge<String> challenge =
                (AnswererStep.SendChallenge<String>) run.nodeSide.feedOne(FrameEncoder.toArray(changed));
        DiallerStep.SendProof proof = (DiallerStep.SendProof) run.clientSide.feedOne(challenge.challenge());

        assertRefused(run.nodeSide.feedOne(proof.proof()), Cause.WRONG_KEY);
    }

    @Test
    void aChoiceThatWasNeverOfferedEndsBeforeTheProof() {
        for (Challenge chosen : List.of(
                new Challenge(2, 0, 1, BindingWanted.LEAF, new byte[32]),
                new Challenge(1, 0b10, 1, BindingWanted.LEAF, new byte[32]))) {
            Failed failed = (Failed) rig.run().clientSide.feedOne(FrameEncoder.toArray(chosen));
            assertThat(failed.fault()).isEqualTo(Fault.INCOMPATIBLE);
        }
    }

    /** skip_verify: TLS lets the man in the middle pass, the binding does not. */
    @Test
    void aManInTheMiddleWithAnotherCertificateIsNoticed() {
        rig.carrier = new CarrierTrust.Certificate(Rig.leaf(66), false);

        assertRefused(rig.run().toProof(), Cause.OTHER_CERTIFICATE);
    }

    @Test
    void aManInTheMiddleWhoSaysThatNoBindingIsWantedGetsNoProof() {
        rig.carrier = new CarrierTrust.Certificate(Rig.leaf(66), false);
        Rig.Run run = rig.run();
        byte[] changed = withoutBinding(run.challenge());

        assertThat(((Failed) run.clientSide.feedOne(changed)).fault()).isEqualTo(Fault.UNTRUSTED);
    }

    @Test
    void turningTheBindingOffOnTheWayIsNoticed() {
        Rig.Run run = rig.run();
        byte[] changed = withoutBinding(run.challenge());
        DiallerStep.SendProof proof = (DiallerStep.SendProof) run.clientSide.feedOne(changed);

        assertRefused(run.nodeSide.feedOne(proof.proof()), Cause.WRONG_KEY);
    }

    private static byte[] withoutBinding(byte[] challenge) {
        Challenge told = (Challenge) decoded(challenge);
        return FrameEncoder.toArray(
                new Challenge(told.version(), told.features(), told.incarnation(), BindingWanted.NONE, told.nonce()));
    }

    @Test
    void aHolderOfTheKeyCannotLeaveOutTheBinding() {
        assertRefused(craftedProof(BindingUsed.NONE, new byte[32]), Cause.NOT_BOUND);
        assertThat(craftedProof(BindingUsed.LEAF, Rig.LEAF.bytes())).isInstanceOf(Admitted.class);
    }

    @Test
    void aHolderOfTheKeyCannotBindWhereNothingWasWanted() {
        rig.leaves = Set.of();

        assertRefused(craftedProof(BindingUsed.LEAF, Rig.LEAF.bytes()), Cause.NOT_BOUND);
    }

    private AnswererStep<String> craftedProof(BindingUsed used, byte[] binding) {
        Rig.Run run = rig.run();
        Transcript transcript = new Transcript();
        transcript.add(run.hello);
        transcript.add(run.challenge());
        byte[] proof = FrameEncoder.toArray(new Proof(used, binding, new byte[32], new byte[32]));
        HandshakeFrames.put(rig.key.mac(Role.DIALLED, transcript.upTo(proof, 32)), proof, 32);
        return run.nodeSide.feedOne(proof);
    }

    @Test
    void aServerWithoutTheKeyIsNotBelieved() {
        Rig.Run run = rig.run();
        Rig impostor = new Rig();
        Party<AnswererStep<String>> other = Party.of(impostor.answerer());
        byte[] challenge = ((AnswererStep.SendChallenge<String>) other.feedOne(run.hello)).challenge();
        run.clientSide.feedOne(challenge);

        Failed failed = (Failed) run.clientSide.feedOne(welcome(new byte[32]));

        assertThat(failed.fault()).isEqualTo(Fault.UNPROVEN);
        assertThat(failed.sentence()).startsWith("the server does not know the key");
    }

    @Test
    void aKeyOfAnotherNameIsRefused() {
        TunnelKey ofDesktop = TunnelKey.random(Rig.RANDOM);
        rig.known = Map.of(
                "laptop", List.of(new Candidate<>(rig.key, "laptop")),
                "desktop", List.of(new Candidate<>(ofDesktop, "desktop")));
        rig.clientKey = ofDesktop;

        assertRefused(rig.run().toProof(), Cause.WRONG_KEY);
    }

    @Test
    void aProofForATunnelIsWorthlessOnALink() {
        var secret = new io.tlstunnel.config.Secret("one secret for two purposes");
        rig.clientKey = TunnelKey.derive(secret, TunnelKey.Purpose.TUNNEL);
        rig.known =
                Map.of("laptop", List.of(new Candidate<>(TunnelKey.derive(secret, TunnelKey.Purpose.LINK), "a node")));

        assertRefused(rig.run().toProof(), Cause.WRONG_KEY);
    }

    @Test
    void aNameThatForgesLogLinesIsRefusedAndEscaped() {
        rig.name = "laptop\n2026-01-01 INFO all is well";
        rig.known = Map.of(rig.name, List.of(new Candidate<>(rig.key, "never asked for")));

        Refused<String> refused = (Refused<String>) rig.run().toProof();

        assertThat(refused.reason()).contains("laptop\\u{a}2026").doesNotContain("\n");
    }

    @Test
    void anUnboundProofIsNotRelayedThroughAnImpostorWithoutATrustedCertificate() {
        rig.carrier = new CarrierTrust.Certificate(Rig.leaf(66), false);
        rig.binding = ChannelBinding.OFF;

        assertThat(((Failed) rig.run().toChallenge()).fault()).isEqualTo(Fault.UNTRUSTED);
    }

    private static byte[] welcome(byte[] mac) {
        return FrameEncoder.toArray(new Welcome(
                "node-1", Rig.INCARNATION, Rig.SESSION, new byte[16], Rig.WELCOME.limits(), 32768, 5000, 1, 7, mac));
    }

    private static Frame decoded(byte[] bytes) {
        List<Frame> frames = new ArrayList<>();
        FrameSink sink = frames::add;
        new FrameDecoder(sink).feed(Unpooled.wrappedBuffer(bytes));
        return frames.get(0);
    }

    private static void assertRefused(AnswererStep<String> step, Cause cause) {
        assertThat(step).isInstanceOf(Refused.class);
        assertThat(((Refused<String>) step).cause()).isEqualTo(cause);
    }
}
