package io.tlstunnel.transport;

import io.netty.buffer.ByteBuf;
import io.tlstunnel.mux.CarrierListener;
import io.tlstunnel.mux.Timers;
import io.tlstunnel.mux.handshake.DiallerHandshake;
import io.tlstunnel.mux.handshake.DiallerOffer;
import io.tlstunnel.mux.handshake.DiallerStep;
import io.tlstunnel.wire.Frame;
import io.tlstunnel.wire.FrameDecoder;
import io.tlstunnel.wire.FrameEncoder;
import io.tlstunnel.wire.FrameSink;
import io.tlstunnel.wire.GoAwayCode;
import io.tlstunnel.wire.MalformedFrameException;
import java.security.SecureRandom;
import java.time.Duration;

/** The handshake of one dialled connection. On the connection's context. */
public final class DialledHandshake implements CarrierListener, FrameSink {

    /** Told once, on the connection's context. */
    public interface Result {
        /** The handshake is done; the host takes decoder and connection over before it returns. */
        void established(DiallerStep.Established established, FrameDecoder decoder);

        /** It is not, and the connection is being closed. */
        void failed(HandshakeFailure failure);
    }

    private final CarrierConnection connection;
    private final DiallerHandshake handshake;
    private final Result result;
    private final FrameDecoder decoder = new FrameDecoder(this);
    private final Timers.Timer deadline;
    private boolean over;

    public DialledHandshake(
            CarrierConnection connection,
            DiallerOffer offer,
            SecureRandom random,
            Timers timers,
            Duration timeout,
            Result result) {
        this.connection = connection;
        this.handshake = new DiallerHandshake(offer, random);
        this.result = result;
        this.deadline = timers.schedule(timeout.toNanos(), () -> timeout(timeout));
    }

    /** Says HELLO. */
    public void start() {
        connection.start(this);
        write(handshake.hello());
        connection.carrier().flush();
    }

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
            write(FrameEncoder.toArray(new Frame.GoAway(GoAwayCode.PROTOCOL, "", reason, 0)));
            fail(HandshakeFailure.Kind.MALFORMED, "the server broke the protocol: " + reason);
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
        decoder.close();
        fail(HandshakeFailure.Kind.LOST, "the connection was lost during the handshake: " + reason);
    }

    private void timeout(Duration after) {
        if (!over) {
            fail(
                    HandshakeFailure.Kind.TIMEOUT,
                    "the server did not finish the handshake within " + after.toMillis() + " ms");
            connection.carrier().abort();
        }
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
            over = true;
            deadline.cancel();
            decoder.handshakeDone();
            result.established(established, decoder);
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

    private void write(byte[] frame) {
        ByteBuf out = connection.carrier().allocate(frame.length);
        out.writeBytes(frame);
        connection.carrier().write(out);
    }

    private void fail(HandshakeFailure.Kind kind, String sentence) {
        if (over) {
            return;
        }
        over = true;
        deadline.cancel();
        connection.carrier().close();
        result.failed(new HandshakeFailure(kind, sentence));
    }
}
