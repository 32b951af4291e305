package io.tlstunnel.mux;

import io.tlstunnel.mux.FuzzConversation.Outcome;
import io.tlstunnel.wire.FrameType;
import io.tlstunnel.wire.StreamId;

/** Thousands of entries from a peer that does not read the answers. */
enum FuzzStorm {
    /** RESUME of streams that there never were. */
    RESUME_OF_NOTHING(FuzzEnd.Kind.NODE, 48, Outcome.CUT) {
        @Override
        void say(FuzzTunnel tunnel, FuzzPeer peer, FuzzMessage out) {
            out.begin(FrameType.RESUME, 0);
            for (int i = 0; i < ENTRIES; i++) {
                FuzzFrames.resumeEntry(out, new StreamId(9, i), tunnel.takeChannel(), 1, 0, 0, FuzzFrames.OPEN);
            }
            out.end();
        }
    },
    /** RESUME of one stream again and again, each with a higher attach number. */
    RESUME_OF_ONE_STREAM(FuzzEnd.Kind.NODE, 48, Outcome.CUT) {
        @Override
        void say(FuzzTunnel tunnel, FuzzPeer peer, FuzzMessage out) {
            FuzzStream stream = newest(peer);
            out.begin(FrameType.RESUME, 0);
            for (int i = 0; i < ENTRIES; i++) {
                FuzzFrames.resumeEntry(
                        out,
                        stream.id,
                        tunnel.takeChannel(),
                        ++stream.attach,
                        stream.received,
                        stream.received,
                        FuzzFrames.OPEN);
            }
            out.end();
        }
    },
    /** OPEN of a stream that has ended. */
    OPEN_OF_THE_DEAD(FuzzEnd.Kind.CLIENT, 8, Outcome.CUT) {
        @Override
        void say(FuzzTunnel tunnel, FuzzPeer peer, FuzzMessage out) {
            FuzzStream stream = newest(peer);
            for (int i = 0; i < ENTRIES; i++) {
                FuzzFrames.open(out, tunnel.takeChannel(), stream.id, 0, 1);
            }
        }
    },
    /** More streams than it takes at once. */
    OPEN_OF_TOO_MANY(FuzzEnd.Kind.CLIENT, 1, Outcome.REFUSED) {
        @Override
        void say(FuzzTunnel tunnel, FuzzPeer peer, FuzzMessage out) {
            for (int i = 0; i < ENTRIES; i++) {
                FuzzFrames.open(out, tunnel.takeChannel(), new StreamId(9, i), 0, 0);
            }
        }
    },
    /** PING, of which one at a time is answered. */
    PING(FuzzEnd.Kind.NODE, 20, Outcome.WENT_ON) {
        @Override
        void say(FuzzTunnel tunnel, FuzzPeer peer, FuzzMessage out) {
            for (int i = 0; i < ENTRIES; i++) {
                out.begin(FrameType.PING, 0).u64(i).end();
            }
        }
    },
    /** WINDOWS that tell what was told. */
    WINDOWS(FuzzEnd.Kind.NODE, 20, Outcome.WENT_ON) {
        @Override
        void say(FuzzTunnel tunnel, FuzzPeer peer, FuzzMessage out) {
            // Another may have been opened meanwhile, on a tunnel of before.
            FuzzStream stream = peer.speakable(tunnel).get(0);
            out.begin(FrameType.WINDOWS, 0);
            for (int i = 0; i < ENTRIES; i++) {
                FuzzFrames.windowsEntry(out, stream.channel, stream.consumedTold, stream.received);
            }
            out.end();
        }
    };

    private static final int EVERY = 4_096;
    /** It takes thousands of turns of two threads. */
    private static final int DEAREST_EVERY = 16 * EVERY;

    /** In one message; as many RESUMEs as a frame takes. */
    static final int ENTRIES = 1_500;

    private final FuzzEnd.Kind against;
    private final int messages;
    private final Outcome outcome;

    FuzzStorm(FuzzEnd.Kind against, int messages, Outcome outcome) {
        this.against = against;
        this.messages = messages;
        this.outcome = outcome;
    }

    static boolean isDue(long seed) {
        return seed % EVERY == EVERY / 2;
    }

    static FuzzStorm of(long seed) {
        if (seed % DEAREST_EVERY == EVERY / 2) {
            return RESUME_OF_ONE_STREAM;
        }
        return switch ((int) (seed / EVERY % 5)) {
            case 0 -> RESUME_OF_NOTHING;
            case 1 -> OPEN_OF_THE_DEAD;
            case 2 -> OPEN_OF_TOO_MANY;
            case 3 -> PING;
            default -> WINDOWS;
        };
    }

    /** What kind of end it is for. */
    FuzzEnd.Kind against() {
        return against;
    }

    int messages() {
        return messages;
    }

    /** What has to become of it. */
    Outcome outcome() {
        return outcome;
    }

    private static FuzzStream newest(FuzzPeer peer) {
        return peer.streams.get(peer.streams.size() - 1);
    }

    /** Adds one message of it. The peer has a stream on that tunnel, or one that ended there. */
    abstract void say(FuzzTunnel tunnel, FuzzPeer peer, FuzzMessage out);
}
