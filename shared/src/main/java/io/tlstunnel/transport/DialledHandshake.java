package io.tlstunnel.transport;

import io.tlstunnel.mux.Timers;
import io.tlstunnel.mux.handshake.DiallerHandshake;
import io.tlstunnel.mux.handshake.DiallerOffer;
import io.tlstunnel.mux.handshake.DiallerStep;
import io.tlstunnel.wire.Frame;
import io.tlstunnel.wire.FrameDecoder;
import io.tlstunnel.wire.FrameEncoder;
import io.tlstunnel.wire.GoAwayCode;
import java.security.SecureRandom;
import java.time.Duration;

/** The handshake of one dialled connection. On the connection's context. */
public final class DialledHandshake extends CarrierHandshake {

    /** Told once, on the connection's context. */
    public interface Result {
        /** The handshake is done; the host takes decoder and connection over before it returns. */
        void established(DiallerStep.Established established, FrameDecoder decoder);

        /** It is not, and the connection is being closed. */
        void failed(HandshakeFailure failure);
    }

    private final DiallerHandshake handshake;
    private final Result result;

    public DialledHandshake(
            CarrierConnection connection,
            DiallerOffer offer,
            SecureRandom random,
            Timers timers,
            Duration timeout,
            Result result) {
        super(connection, timers, timeout);
        this.handshake = new DiallerHandshake(offer, random);
        this.result = result;
    }

    /** Says HELLO. */
    public void start() {
        listen();
        write(handshake.hello());
        flush();
    }

    @Override
    void malformed(String reason) {
        write(FrameEncoder.toArray(new Frame.GoAway(GoAwayCode.PROTOCOL, "", reason, 0)));
        fail(HandshakeFailure.Kind.MALFORMED, "the server broke the protocol: " + reason);
    }

    @Override
    void lost(String reason) {
        fail(HandshakeFailure.Kind.LOST, "the connection was lost during the handshake: " + reason);
    }

    @Override
    void timedOut(Duration timeout) {
        fail(
                HandshakeFailure.Kind.TIMEOUT,
                "the server did not finish the handshake within " + timeout.toMillis() + " ms");
    }

    @Override
    public void handshakeBytes(byte[] frameWithHeader) {
        handshake.handshakeBytes(frameWithHeader);
    }

    @Override
    public void frame(Frame frame) {
        DiallerStep step = handshake.frame(frame);
        if (step instanceof DiallerStep.SendProof proof) {
            write(proof.proof());
        } else if (step instanceof DiallerStep.Established established) {
            result.established(established, done());
        } else if (step instanceof DiallerStep.Refused refused) {
            fail(HandshakeFailure.Kind.REFUSED, refused.sentence());
        } else if (step instanceof DiallerStep.Draining draining) {
            fail(HandshakeFailure.Kind.DRAINING, draining.sentence());
        } else if (step instanceof DiallerStep.Replaced replaced) {
            fail(HandshakeFailure.Kind.REPLACED, replaced.sentence());
        } else if (step instanceof DiallerStep.Failed failed) {
            write(failed.goAway());
            fail(HandshakeFailure.Kind.UNTRUSTED, failed.sentence());
        }
    }

    private void fail(HandshakeFailure.Kind kind, String sentence) {
        over();
        closeConnection();
        result.failed(new HandshakeFailure(kind, sentence));
    }
}
