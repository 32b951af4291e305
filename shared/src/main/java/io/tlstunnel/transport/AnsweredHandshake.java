package io.tlstunnel.transport;

import io.tlstunnel.mux.Timers;
import io.tlstunnel.mux.handshake.AnswererHandshake;
import io.tlstunnel.mux.handshake.AnswererStep;
import io.tlstunnel.mux.handshake.AnswererTerms;
import io.tlstunnel.mux.handshake.WelcomeTerms;
import io.tlstunnel.wire.Frame;
import io.tlstunnel.wire.FrameDecoder;
import io.tlstunnel.wire.FrameEncoder;
import io.tlstunnel.wire.GoAwayCode;
import java.security.SecureRandom;
import java.time.Duration;

/**
 * The handshake of one accepted connection, up to WELCOME or to its end. On the connection's context.
 *
 * @param <E> the permissions behind a key
 */
public final class AnsweredHandshake<E> extends CarrierHandshake {

    /** Decides, and hears how it ends. Called on the connection's context. */
    public interface Host<E> {
        /** HELLO came. Returns whether it is answered; who says no has called {@link AnsweredHandshake#sendAway}. */
        boolean greets();

        /** The key is proved: now or later comes {@link AnsweredHandshake#welcome}, or a no. */
        void admitted(AnswererStep.Admitted<E> admitted);

        /** The other side was refused; it hears so, and the connection is being closed. */
        void refused(AnswererStep.Refused<E> refused);

        /** It ended otherwise, and the connection is being closed. */
        void failed(Failure failure);
    }

    /** How it ends without anybody having said no. */
    public enum Kind {
        MALFORMED,
        TIMEOUT,
        /** The connection went, or the other side did. */
        LOST
    }

    /**
     * Why there is no tunnel.
     *
     * @param what a phrase for the log
     * @param reason a sentence for the log
     */
    public record Failure(Kind kind, String what, String reason) {}

    private final AnswererHandshake<E> handshake;
    private final Host<E> host;

    public AnsweredHandshake(
            CarrierConnection connection,
            AnswererTerms<E> terms,
            SecureRandom random,
            Timers timers,
            Duration timeout,
            Host<E> host) {
        super(connection, timers, timeout);
        this.handshake = new AnswererHandshake<>(terms, random);
        this.host = host;
    }

    /** Waits for HELLO. */
    public void start() {
        listen();
    }

    /**
     * Says WELCOME. The caller takes decoder and connection over before it returns to its own caller.
     *
     * @return the decoder, which has frames of a tunnel from now on
     */
    public FrameDecoder welcome(WelcomeTerms terms) {
        over();
        write(handshake.welcome(terms));
        flush();
        return done();
    }

    /** Says no in place of WELCOME; the reason is for the log only. */
    public void refuse(String reason) {
        refused(handshake.refuse(reason));
    }

    /** Says WELCOME, so that what follows is believed, and {@code goAway} behind it. */
    public void welcomeAndSendAway(WelcomeTerms terms, Frame.GoAway goAway) {
        write(handshake.welcome(terms));
        sendAway(goAway);
    }

    /** Says {@code goAway} and closes. */
    public void sendAway(Frame.GoAway goAway) {
        over();
        goAway(FrameEncoder.toArray(goAway));
    }

    // ---- from the carrier -------------------------------------------------------------------------------------------

    @Override
    void malformed(String reason) {
        sendAway(new Frame.GoAway(GoAwayCode.PROTOCOL, "", reason, 0));
        host.failed(new Failure(Kind.MALFORMED, "malformed", reason));
    }

    @Override
    void lost(String reason) {
        host.failed(new Failure(Kind.LOST, "connection lost", reason));
    }

    @Override
    void timedOut(Duration timeout) {
        host.failed(new Failure(Kind.TIMEOUT, "timeout", "no proof within " + timeout.toMillis() + " ms"));
    }

    // ---- from the decoder -------------------------------------------------------------------------------------------

    @Override
    public void handshakeBytes(byte[] frameWithHeader) {
        handshake.handshakeBytes(frameWithHeader);
    }

    @Override
    public void frame(Frame frame) {
        if (frame instanceof Frame.Hello && !host.greets()) {
            return;
        }
        AnswererStep<E> step = handshake.frame(frame);
        if (step instanceof AnswererStep.SendChallenge<E> send) {
            write(send.challenge());
        } else if (step instanceof AnswererStep.Admitted<E> admitted) {
            host.admitted(admitted);
        } else if (step instanceof AnswererStep.Refused<E> refused) {
            refused(refused);
        } else if (step instanceof AnswererStep.PeerLeft<E> left) {
            over();
            host.failed(new Failure(Kind.LOST, "client left", left.reason()));
            closeConnection();
        }
    }

    private void refused(AnswererStep.Refused<E> refused) {
        over();
        goAway(refused.goAway());
        host.refused(refused);
    }

    private void goAway(byte[] frame) {
        write(frame);
        closeConnection();
    }
}
