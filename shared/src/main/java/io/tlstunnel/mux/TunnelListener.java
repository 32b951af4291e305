package io.tlstunnel.mux;

import io.tlstunnel.wire.Frame;
import io.tlstunnel.wire.MalformedFrameException;
import io.tlstunnel.wire.ResumeEntry;
import java.util.List;

/** What the owner of a tunnel wants to know. Called on the tunnel's thread. */
public interface TunnelListener {

    /**
     * The peer opened a stream. The owner sets its listener ({@link Stream#listener}) and, now or later, answers by
     * {@link Stream#accept} or {@link Stream#reset}.
     */
    void opened(Stream stream, Frame.Open open);

    /** What this end knows of a stream that an OPEN names. */
    enum Known {
        /** Nothing: the stream begins. */
        NOT,
        /** It lives, on another channel or on none. */
        LIVE,
        /** It has ended; the peer has not heard. */
        ENDED
    }

    /**
     * Looks up the stream that an OPEN names, before {@link #opened}. If it is known, what follows on that channel is
     * ignored; whoever knows it sees to it that the stream resumes, if the OPEN's number is a higher one.
     */
    default Known lookUp(Frame.Open open) {
        return Known.NOT;
    }

    /**
     * The peer asks to go on with a stream here. The owner answers, now or later, by {@link Tunnel#answer}.
     *
     * @throws MalformedFrameException if this peer may not ask
     */
    default void resume(ResumeEntry entry) {
        throw new MalformedFrameException("RESUME from the side that answers it");
    }

    /** The stream has lost its way to its other end, though this tunnel lives: it is suspended. */
    void detached(Stream stream);

    /** The stream asked to go on and its other end could not be reached: it is suspended, and asks again later. */
    void unreachable(Stream stream);

    /** A frame on channel 0 that is the owner's: REGISTER or REGISTERED. */
    void control(Frame frame);

    /** The peer leaves, or refuses this tunnel. It opens no new streams; running ones go on until it closes. */
    void goAway(Frame.GoAway goAway);

    /** A round trip was measured. */
    void roundTrip(long nanos);

    /**
     * The tunnel is gone; nothing follows. The owner decides what becomes of its streams.
     *
     * @param reason one phrase for the log
     * @param streams those that were on it, unfinished; they are suspended
     */
    void closed(String reason, List<Stream> streams);
}
