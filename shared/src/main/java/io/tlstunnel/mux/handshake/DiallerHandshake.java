package io.tlstunnel.mux.handshake;

import io.tlstunnel.mux.handshake.DiallerStep.Established;
import io.tlstunnel.mux.handshake.DiallerStep.Failed;
import io.tlstunnel.mux.handshake.DiallerStep.Fault;
import io.tlstunnel.mux.handshake.DiallerStep.SendProof;
import io.tlstunnel.security.ResumeSecret;
import io.tlstunnel.security.Role;
import io.tlstunnel.wire.BindingUsed;
import io.tlstunnel.wire.Frame;
import io.tlstunnel.wire.Frame.Challenge;
import io.tlstunnel.wire.Frame.GoAway;
import io.tlstunnel.wire.Frame.Hello;
import io.tlstunnel.wire.Frame.Proof;
import io.tlstunnel.wire.Frame.Welcome;
import io.tlstunnel.wire.FrameEncoder;
import io.tlstunnel.wire.GoAwayCode;
import io.tlstunnel.wire.MalformedFrameException;
import io.tlstunnel.wire.WireFormat;
import java.security.MessageDigest;
import java.security.SecureRandom;

/**
 * The dialling side's half of one handshake. Send {@link #hello}; hand on what the decoder finds to
 * {@link #handshakeBytes} and {@link #frame}; do what the step says. One thread.
 */
public final class DiallerHandshake {

    private enum State {
        NEW,
        WAITING_FOR_CHALLENGE,
        WAITING_FOR_WELCOME,
        OVER
    }

    private final DiallerOffer offer;
    private final byte[] nonce = new byte[WireFormat.NONCE_LENGTH];
    private final HandshakeFrames frames = new HandshakeFrames();
    private State state = State.NEW;
    private Chosen chosen = new Chosen(0, 0, 0, BindingUsed.NONE);

    /** What CHALLENGE and this side's answer to it settled. */
    private record Chosen(int version, long features, long incarnation, BindingUsed binding) {}

    public DiallerHandshake(DiallerOffer offer, SecureRandom random) {
        this.offer = offer;
        random.nextBytes(nonce);
    }

    /** HELLO with its header: the first bytes on the connection. Called once. */
    public byte[] hello() {
        if (state != State.NEW) {
            throw new IllegalStateException("HELLO is sent once");
        }
        OwnSession session = offer.session();
        byte[] hello = FrameEncoder.toArray(new Hello(
                offer.protocol().versions(),
                offer.protocol().features(),
                offer.name(),
                session == null ? null : session.ref(),
                offer.initialWindow(),
                nonce));
        frames.add(hello);
        state = State.WAITING_FOR_CHALLENGE;
        return hello;
    }

    /** The bytes of the handshake frame that {@link #frame} gets next, with its header. Kept, not changed. */
    public void handshakeBytes(byte[] frameWithHeader) {
        frames.bytes(frameWithHeader);
    }

    /**
     * A frame came.
     *
     * @throws MalformedFrameException if no such frame may come now
     */
    public DiallerStep frame(Frame frame) {
        boolean waiting = state == State.WAITING_FOR_CHALLENGE || state == State.WAITING_FOR_WELCOME;
        if (frame instanceof Challenge challenge && state == State.WAITING_FOR_CHALLENGE) {
            return challenge(challenge, frames.take(frame));
        } else if (frame instanceof Welcome welcome && state == State.WAITING_FOR_WELCOME) {
            return welcome(welcome, frames.take(frame));
        } else if (frame instanceof GoAway goAway && waiting) {
            boolean proofSent = state == State.WAITING_FOR_WELCOME;
            state = State.OVER;
            return DiallerRefusal.of(goAway, offer, proofSent ? chosen.binding() : BindingUsed.NONE);
        }
        throw HandshakeFrames.outOfOrder(frame, state);
    }

    private DiallerStep challenge(Challenge challenge, byte[] bytes) {
        if (!offer.protocol().offers(challenge.version(), challenge.features())) {
            return failed(
                    Fault.INCOMPATIBLE,
                    "the server chose protocol version " + challenge.version() + " with features 0x"
                            + Long.toHexString(challenge.features()) + ", which this side did not offer");
        }
        if (MessageDigest.isEqual(nonce, challenge.nonce())) {
            return failed(Fault.UNPROVEN, "the server sent this side's own nonce back: it does not know the key");
        }
        Binding binding = Binding.choose(challenge.bindingWanted(), offer);
        if (binding instanceof Binding.Impossible impossible) {
            return failed(Fault.UNTRUSTED, impossible.sentence());
        }
        Binding.Use use = (Binding.Use) binding;
        frames.add(bytes);
        chosen = new Chosen(challenge.version(), challenge.features(), challenge.incarnation(), use.used());
        return proof(use);
    }

    private SendProof proof(Binding.Use use) {
        byte[] zeros = new byte[WireFormat.MAC_LENGTH];
        byte[] proof = FrameEncoder.toArray(new Proof(use.used(), use.bytes(), zeros, zeros));
        OwnSession session = offer.session();
        if (session != null) {
            byte[] resumeMac = session.secret().mac(frames.underResumeMac(proof));
            HandshakeFrames.put(resumeMac, proof, WireFormat.RESUME_MAC_FROM_END);
        }
        HandshakeFrames.put(offer.key().mac(Role.DIALLED, frames.underMac(proof)), proof, WireFormat.MAC_FROM_END);
        frames.add(proof);
        state = State.WAITING_FOR_WELCOME;
        return new SendProof(proof.clone());
    }

    private DiallerStep welcome(Welcome welcome, byte[] bytes) {
        if (!offer.key().verifies(Role.ANSWERED, frames.underMac(bytes), welcome.mac())) {
            return failed(
                    Fault.UNPROVEN,
                    "the server does not know the key: it could not prove it in its answer, so nothing is sent to it");
        }
        if (welcome.incarnation() != chosen.incarnation()) {
            throw new MalformedFrameException("WELCOME names another incarnation than CHALLENGE");
        }
        state = State.OVER;
        return new Established(
                welcome,
                ResumeSecret.of(welcome.resumeSecret()),
                chosen.binding(),
                chosen.version(),
                chosen.features());
    }

    /**
     * The other side learns the kind of failure only: it may be anyone. Not BYE, which would end a session that other
     * tunnels have.
     */
    private Failed failed(Fault fault, String sentence) {
        state = State.OVER;
        String reason = switch (fault) {
            case UNTRUSTED -> "the dialling side does not trust the certificate that it was shown";
            case INCOMPATIBLE -> "the dialling side did not offer what was chosen";
            case UNPROVEN -> "the answering side did not prove the key";
        };
        return new Failed(fault, sentence, FrameEncoder.toArray(new GoAway(GoAwayCode.PROTOCOL, "", reason, 0)));
    }
}
