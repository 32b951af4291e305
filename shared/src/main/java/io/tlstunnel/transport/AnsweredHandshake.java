package io.tlstunnel.transport;

import io.netty.buffer.ByteBuf;
import io.tlstunnel.mux.CarrierListener;
import io.tlstunnel.mux.Timers;
import io.tlstunnel.mux.handshake.AnswererHandshake;
import io.tlstunnel.mux.handshake.AnswererStep;
import io.tlstunnel.mux.handshake.AnswererTerms;
import io.tlstunnel.mux.handshake.WelcomeTerms;
import io.tlstunnel.wire.Frame;
import io.tlstunnel.wire.FrameDecoder;
import io.tlstunnel.wire.FrameEncoder;
import io.tlstunnel.wire.FrameSink;
import io.tlstunnel.wire.GoAwayCode;
import io.tlstunnel.wire.MalformedFrameException;
import java.security.SecureRandom;
import java.time.Duration;

/**
 * The handshake of one accepted connection, up to WELCOME or to its end. On the connection's context.
 *
 * @param <E> the permissions behind a key
 */
public final class AnsweredHandshake<E> implements CarrierListener, FrameSink {

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

    private final CarrierConnection connection;
    private final AnswererHandshake<E> handshake;
    private final Host<E> host;
    private final Duration timeout;
    private final FrameDecoder decoder = new FrameDecoder(this);
    private final Timers.Timer deadline;
    private boolean over;

    public AnsweredHandshake(
            CarrierConnection connection,
            AnswererTerms<E> terms,
            SecureRandom random,
            Timers timers,
            Duration timeout,
            Host<E> host) {
        this.connection = connection;
        this.handshake = new AnswererHandshake<>(terms, random);
        this.host = host;
        this.timeout = timeout;
        this.deadline = timers.schedule(timeout.toNanos(), this::timeout);
    }

    /** Waits for HELLO. */
    public void start() {
        connection.start(this);
    }

    /** Whether it has ended, one way or the other. */
    public boolean isOver() {
        return over;
    }

    /**
     * Says WELCOME. The caller takes decoder and connection over before it returns to its own caller.
     *
     * @return the decoder, which has frames of a tunnel from now on
     */
    public FrameDecoder welcome(WelcomeTerms terms) {
        over();
        write(handshake.welcome(terms));
        connection.carrier().flush();
        decoder.handshakeDone();
        return decoder;
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

    private void over() {
        over = true;
        deadline.cancel();
    }

    // ---- from the carrier -------------------------------------------------------------------------------------------

    @Override
    public void received(ByteBuf bytes) {
        if (over) {
            bytes.release();
            return;
        }
        try {
            decoder.feed(bytes);
        } catch (MalformedFrameException e) {
            String reason = String.valueOf(e.getMessage());
            sendAway(new Frame.GoAway(GoAwayCode.PROTOCOL, "", reason, 0));
            host.failed(new Failure(Kind.MALFORMED, "malformed", reason));
        }
    }

    @Override
    public void readComplete() {
        connection.carrier().flush();
    }

    @Override
    public void writable() {
        // A handshake is smaller than any buffer: nothing waits for this.
    }

    @Override
    public void closed(String reason) {
        if (!over) {
            over();
            host.failed(new Failure(Kind.LOST, "connection lost", reason));
        }
        decoder.close();
    }

    private void timeout() {
        if (!over) {
            over();
            host.failed(new Failure(Kind.TIMEOUT, "timeout", "no proof within " + timeout.toMillis() + " ms"));
            connection.carrier().abort();
        }
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
            connection.carrier().close();
        }
    }

    private void refused(AnswererStep.Refused<E> refused) {
        over();
        goAway(refused.goAway());
        host.refused(refused);
    }

    private void goAway(byte[] frame) {
        write(frame);
        connection.carrier().close();
    }

    private void write(byte[] frame) {
        ByteBuf out = connection.carrier().allocate(frame.length);
        out.writeBytes(frame);
        connection.carrier().write(out);
    }
}
