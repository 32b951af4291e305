package io.tlstunnel.mux.handshake;

import io.tlstunnel.mux.handshake.AnswererStep.Admitted;
import io.tlstunnel.mux.handshake.AnswererStep.Cause;
import io.tlstunnel.mux.handshake.AnswererStep.PeerLeft;
import io.tlstunnel.mux.handshake.AnswererStep.Refused;
import io.tlstunnel.mux.handshake.AnswererStep.SendChallenge;
import io.tlstunnel.security.Candidate;
import io.tlstunnel.security.Role;
import io.tlstunnel.wire.BindingWanted;
import io.tlstunnel.wire.Frame;
import io.tlstunnel.wire.Frame.Challenge;
import io.tlstunnel.wire.Frame.GoAway;
import io.tlstunnel.wire.Frame.Hello;
import io.tlstunnel.wire.Frame.Proof;
import io.tlstunnel.wire.Frame.Welcome;
import io.tlstunnel.wire.FrameEncoder;
import io.tlstunnel.wire.GoAwayCode;
import io.tlstunnel.wire.MalformedFrameException;
import io.tlstunnel.wire.SessionRef;
import io.tlstunnel.wire.WireFormat;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The answering side's half of one handshake. Hand on what the decoder finds to {@link #handshakeBytes} and
 * {@link #frame}; do what the step says. One thread.
 *
 * @param <E> the permissions behind a key
 */
public final class AnswererHandshake<E> {
    private static final int REFERENCE_BYTES = 6;

    private enum State {
        WAITING_FOR_HELLO,
        WAITING_FOR_PROOF,
        ADMITTED,
        OVER
    }

    private final AnswererTerms<E> terms;
    private final SecureRandom random;
    private final HandshakeFrames frames = new HandshakeFrames();
    private State state = State.WAITING_FOR_HELLO;
    private @Nullable Hello hello;
    private @Nullable Challenge challenge;
    private @Nullable Candidate<E> proved;

    public AnswererHandshake(AnswererTerms<E> terms, SecureRandom random) {
        this.terms = terms;
        this.random = random;
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
    public AnswererStep<E> frame(Frame frame) {
        if (frame instanceof Hello first && state == State.WAITING_FOR_HELLO) {
            return hello(first, frames.take(frame));
        } else if (frame instanceof Proof proof
                && hello != null
                && challenge != null
                && state == State.WAITING_FOR_PROOF) {
            return proof(hello, challenge, proof, frames.take(frame));
        } else if (frame instanceof GoAway goAway && state != State.OVER) {
            state = State.OVER;
            return new PeerLeft<>(
                    goAway.code(), "the dialling side ended the handshake: " + PeerText.quoted(goAway.reason()));
        }
        throw HandshakeFrames.outOfOrder(frame, state);
    }

    private AnswererStep<E> hello(Hello first, byte[] bytes) {
        int version = commonVersion(first.versions());
        if (version == 0) {
            String reason = "this side speaks protocol version "
                    + list(terms.protocol().versions()) + ", the dialling side offers " + list(first.versions());
            return refused(Cause.VERSION, reason, GoAwayCode.PROTOCOL, reason);
        }
        Challenge answer = new Challenge(
                version,
                first.features() & terms.protocol().features(),
                terms.incarnation(),
                terms.leaves().isEmpty() ? BindingWanted.NONE : BindingWanted.LEAF,
                randomBytes(WireFormat.NONCE_LENGTH));
        byte[] answerBytes = FrameEncoder.toArray(answer);
        frames.add(bytes);
        frames.add(answerBytes);
        hello = first;
        challenge = answer;
        state = State.WAITING_FOR_PROOF;
        return new SendChallenge<>(answerBytes.clone());
    }

    private AnswererStep<E> proof(Hello first, Challenge asked, Proof proof, byte[] bytes) {
        String name = first.name();
        KeyRing<E> keys = new KeyRing<>(PeerText.isPlain(name) ? terms.keys().candidates(name) : List.of(), random);
        Candidate<E> match = keys.match(frames.underMac(bytes), proof.mac());
        @Nullable SessionRef session = provedSession(first, proof, bytes);
        if (match == null) {
            return keys.isEmpty()
                    ? refused(
                            Cause.UNKNOWN_NAME,
                            "there is no client " + PeerText.quoted(name) + " and none for all names")
                    : refused(
                            Cause.WRONG_KEY,
                            "client " + PeerText.quoted(name)
                                    + " did not prove a key of that name: it has another one, or somebody changed the"
                                    + " handshake on its way");
        }
        // Behind the MAC: what PROOF says of the binding is what the holder of the key says.
        BindingCheck.Objection objection = BindingCheck.of(proof, asked.bindingWanted(), terms.leaves());
        if (objection != null) {
            return refused(
                    objection.cause(),
                    "client " + PeerText.quoted(name) + " has the right key but " + objection.what());
        }
        frames.add(bytes);
        proved = match;
        state = State.ADMITTED;
        return new Admitted<>(
                name,
                match.entry(),
                session,
                session == null ? first.session() : null,
                first.initialWindow(),
                proof.used(),
                asked.version(),
                asked.features());
    }

    private @Nullable SessionRef provedSession(Hello first, Proof proof, byte[] bytes) {
        SessionRef session = first.session();
        if (session == null) {
            return null;
        }
        return terms.nodeKey()
                        .resumeSecret(first.name(), session)
                        .verifies(frames.underResumeMac(bytes), proof.resumeMac())
                ? session
                : null;
    }

    /**
     * WELCOME with its header, proved with the key that proved PROOF. Send it; from then on the connection is a tunnel.
     * Once, after {@link Admitted}.
     */
    public byte[] welcome(WelcomeTerms told) {
        Candidate<E> match = proved;
        Hello first = hello;
        if (state != State.ADMITTED || match == null || first == null) {
            throw new IllegalStateException("WELCOME while " + state);
        }
        byte[] welcome = FrameEncoder.toArray(new Welcome(
                told.nodeId(),
                terms.incarnation(),
                told.session(),
                terms.nodeKey().resumeSecret(first.name(), told.session()).bytes(),
                told.limits(),
                told.initialWindow(),
                told.pingIntervalMillis(),
                told.members(),
                told.revision(),
                new byte[WireFormat.MAC_LENGTH]));
        byte[] mac = match.key().mac(Role.ANSWERED, frames.underMac(welcome));
        HandshakeFrames.put(mac, welcome, WireFormat.MAC_FROM_END);
        state = State.OVER;
        return welcome;
    }

    /**
     * Says no in place of WELCOME. After {@link Admitted}.
     *
     * @param reason one sentence for this node's log only
     */
    public Refused<E> refuse(String reason) {
        if (state != State.ADMITTED) {
            throw new IllegalStateException("refused while " + state);
        }
        return refused(Cause.HOST, reason);
    }

    private Refused<E> refused(Cause cause, String reason) {
        return refused(cause, reason, GoAwayCode.REFUSED, "refused");
    }

    private Refused<E> refused(Cause cause, String reason, GoAwayCode code, String told) {
        state = State.OVER;
        String reference = HexFormat.of().formatHex(randomBytes(REFERENCE_BYTES));
        return new Refused<>(cause, reference, reason, FrameEncoder.toArray(new GoAway(code, reference, told, 0)));
    }

    /** The highest version that both speak; 0 = none. */
    private int commonVersion(List<Integer> offered) {
        return terms.protocol().versions().stream()
                .filter(offered::contains)
                .mapToInt(Integer::intValue)
                .max()
                .orElse(0);
    }

    private byte[] randomBytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static String list(List<Integer> versions) {
        return versions.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }
}
