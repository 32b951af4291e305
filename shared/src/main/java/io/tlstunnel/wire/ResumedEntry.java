package io.tlstunnel.wire;

/**
 * One stream in RESUMED.
 *
 * @param channel the channel that RESUME gave it
 * @param attach attach number that is answered
 * @param received offset up to which the sender of this entry has received; 0 unless the answer is OK
 * @param allowed offset up to which its peer may send; 0 unless the answer is OK
 */
public record ResumedEntry(
        StreamId stream,
        int channel,
        int attach,
        ResumeAnswer answer,
        long received,
        long allowed,
        StreamState state) {}
