package io.tlstunnel.mux;

import io.tlstunnel.wire.Frame;
import java.util.List;

/** What the owner of a tunnel wants to know. Called on the tunnel's thread. */
public interface TunnelListener {

    /**
     * The peer opened a stream. The owner sets its listener ({@link Stream#listener}) and, now or later, answers by
     * {@link Stream#accept} or {@link Stream#reset}.
     */
    void opened(Stream stream, Frame.Open open);

    /** A frame on channel 0 that is the owner's: REGISTER, REGISTERED, RESUME or RESUMED. */
    void control(Frame frame);

    /** The peer leaves, or refuses this tunnel. It opens no new streams; running ones go on until it closes. */
    void goAway(Frame.GoAway goAway);

    /** A round trip was measured. */
    void roundTrip(long nanos);

    /**
     * The tunnel is gone; nothing follows. The owner decides what becomes of its streams.
     *
     * @param reason one phrase for the log
     * @param streams those that were on it, unfinished
     */
    void closed(String reason, List<Stream> streams);
}
