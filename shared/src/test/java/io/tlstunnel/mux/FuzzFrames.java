package io.tlstunnel.mux;

import io.tlstunnel.wire.FrameType;
import io.tlstunnel.wire.StreamId;

/** Writes frames with whatever values, right or wrong. */
final class FuzzFrames {
    static final int OPEN = 0;
    static final int FIN_RECEIVED = 1;
    static final int RESET = 2;

    private static final int CANCELLED = 12;

    private FuzzFrames() {}

    static void open(FuzzMessage out, int channel, StreamId id, long allowed, int attempt) {
        out.begin(FrameType.OPEN, channel)
                .u64(id.incarnation())
                .u64(id.counter())
                .u8(0);
        out.text8("p").u64(1);
        out.u8(4).payload(4).u16(443).u8(4).payload(4).u16(443);
        out.u64(allowed).u64(id.counter()).u32(attempt).end();
    }

    static void opened(FuzzMessage out, int channel, long allowed) {
        out.begin(FrameType.OPENED, channel).u64(allowed).end();
    }

    static void data(FuzzMessage out, int channel, int length) {
        out.begin(FrameType.DATA, channel).payload(length).end();
    }

    /** FIN, or DETACHED. */
    static void empty(FuzzMessage out, FrameType type, int channel) {
        out.begin(type, channel).end();
    }

    static void reset(FuzzMessage out, int channel, long finalOffset) {
        out.begin(FrameType.RESET, channel)
                .u8(CANCELLED)
                .u64(finalOffset)
                .u16(0)
                .end();
    }

    static void window(FuzzMessage out, int channel, long consumed, long allowed) {
        out.begin(FrameType.WINDOW, channel).u64(consumed).u64(allowed).end();
    }

    static void windowsEntry(FuzzMessage out, int channel, long consumed, long allowed) {
        out.u32(channel).u64(consumed).u64(allowed);
    }

    static void resumeEntry(
            FuzzMessage out, StreamId id, int channel, int attach, long received, long allowed, int state) {
        out.u64(id.incarnation()).u64(id.counter()).u8(0).u32(channel).u32(attach);
        out.u64(received).u64(allowed).u8(state);
    }

    static void resumedEntry(
            FuzzMessage out, StreamId id, int channel, int attach, int answer, long received, long allowed, int state) {
        out.u64(id.incarnation()).u64(id.counter()).u32(channel).u32(attach).u8(answer);
        out.u64(received).u64(allowed).u8(state);
    }

    /** Behind an entry whose state is {@link #RESET}. */
    static void resetState(FuzzMessage out, long finalOffset) {
        out.u8(CANCELLED).u64(finalOffset);
    }
}
