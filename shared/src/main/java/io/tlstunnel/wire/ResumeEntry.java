package io.tlstunnel.wire;

import org.jspecify.annotations.Nullable;

/**
 * One stream in RESUME.
 *
 * @param session null between client and node, set on links
 * @param channel its new channel on this tunnel or link
 * @param attach attach number; OPEN was 0, so 1 or more
 * @param received offset up to which the sender of this entry has received
 * @param allowed offset up to which its peer may send
 */
public record ResumeEntry(
        StreamId stream,
        @Nullable SessionRef session,
        int channel,
        int attach,
        long received,
        long allowed,
        StreamState state) {}
