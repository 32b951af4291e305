package io.tlstunnel.mux;

import io.netty.buffer.ByteBuf;
import io.tlstunnel.wire.Frame;
import io.tlstunnel.wire.MalformedFrameException;
import io.tlstunnel.wire.ResumedEntry;

/**
 * What a {@link Leg} tells the relay that it belongs to, and asks of it. Called on the leg's thread. What the peer says
 * may break the protocol: then {@link MalformedFrameException} is thrown.
 */
public interface Relayed {

    // ---- what came from the peer of the leg -------------------------------------------------------------------------

    /** OPENED came. */
    void opened(long allowed);

    /** DATA came. Takes over {@code bytes} (releases it). */
    void data(ByteBuf bytes);

    /** FIN came. */
    void fin();

    /** WINDOW came, about what was written on the leg. */
    void window(long consumed, long allowed);

    /** RESET came; nothing but RESET is worth writing on the leg any more. */
    void reset(Frame.Reset reset);

    /** DETACHED came: the peer has left the channel. */
    void detached();

    /** The answer to the leg's RESUME came. */
    void resumed(ResumedEntry entry);

    /** The tunnel of the leg is gone. */
    void lost();

    // ---- what the leg writes ----------------------------------------------------------------------------------------

    /** Bytes of payload that the peer of the leg lets it write now. */
    int room();

    /** That many bytes of payload were written, and are held no more. */
    void written(int bytes);

    /** FIN was written. */
    void finWritten();

    /** RESET was written. */
    void resetWritten();

    /** Offset consumed, of what the peer of the leg sends; WINDOW tells it. */
    long consumed();

    /** Offset below which the peer of the leg may send; OPEN, OPENED, WINDOW, RESUME and RESUMED tell it. */
    long allowed();

    /** WINDOW was written. */
    void windowWritten();

    /** RESUMED was written. */
    void answerWritten();
}
