package io.tlstunnel.mux;

import io.netty.buffer.ByteBuf;
import io.tlstunnel.wire.Frame;
import io.tlstunnel.wire.ResumeEntry;
import io.tlstunnel.wire.ResumedEntry;
import org.jspecify.annotations.Nullable;

/** What a channel leads to at this end of its tunnel: a stream that ends here, or the way on to another tunnel. */
abstract sealed class ChannelEnd permits Stream, Leg {

    // ---- frames that came -------------------------------------------------------------------------------------------

    abstract void onOpened(Frame.Opened opened);

    /** Takes over {@code bytes}. */
    abstract void onData(ByteBuf bytes);

    abstract void onFin();

    abstract void onWindow(long consumed, long allowed);

    abstract void onReset(Frame.Reset frame);

    /** Whether that is the answer it waits for. */
    abstract boolean awaits(ResumedEntry entry);

    // ---- the tunnel's turn ------------------------------------------------------------------------------------------

    /**
     * Writes what is due, at most {@code max} bytes of payload.
     *
     * @return bytes of payload written
     */
    abstract int emit(FrameWriter writer, int max);

    /** Whether {@link #emit} would write more now. */
    abstract boolean hasMore();

    /** Whether WINDOW should go out in this turn already. */
    abstract boolean windowDue();

    /** The WINDOW to write now, or null if there is nothing to tell. */
    abstract Frame.@Nullable Window takeWindow();

    /** Its WINDOW is written: that may have been the last word. */
    abstract void finishIfDone();

    /** Its entry in a RESUME that is being written, on a channel that has its number now. */
    abstract ResumeEntry resumeEntry();

    /** Its entry in a RESUMED that is being written. */
    abstract ResumedEntry resumedEntry();

    /** Its RESUMED is written. */
    abstract void answered();

    /** Whether something is on its way that the peer has not acknowledged. */
    abstract boolean awaitsAcknowledgement();
}
