package io.tlstunnel.wire;

import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything that one side of a tunnel or link can say to the other (docs/protocol.md). Byte-array components are never
 * changed after construction. Frames on channel 0 have no {@code channel} component.
 */
public sealed interface Frame {

    /** The kind of frame, which fixes its number on the wire. */
    FrameType type();

    /** A frame that belongs to one channel (never 0). */
    sealed interface OnChannel extends Frame {
        int channel();
    }

    /**
     * First frame of the side that dialled.
     *
     * @param versions protocol versions it speaks, highest first, each once; 1 to 16 of them, each 1–255
     * @param features bit set of optional features it offers; none is defined in version 1
     * @param name client name, or node id on a link; 1–255 bytes of UTF-8
     * @param session the session it believes it has, or null
     * @param initialWindow bytes that the peer may send on a channel right behind OPEN; 0–2³¹−1
     * @param nonce 32 random bytes
     */
    record Hello(
            List<Integer> versions,
            long features,
            String name,
            @Nullable SessionRef session,
            int initialWindow,
            byte[] nonce)
            implements Frame {
        @Override
        public FrameType type() {
            return FrameType.HELLO;
        }
    }

    /**
     * Answer to HELLO.
     *
     * @param version the chosen version, one of those offered
     * @param features the chosen features, a subset of those offered
     * @param incarnation the node's incarnation
     * @param nonce 32 random bytes
     */
    record Challenge(int version, long features, long incarnation, BindingWanted bindingWanted, byte[] nonce)
            implements Frame {
        @Override
        public FrameType type() {
            return FrameType.CHALLENGE;
        }
    }

    /**
     * The dialling side proves its key first.
     *
     * @param binding 32 bytes: SHA-256 of the DER leaf that the dialling side was shown; zeros unless {@code used} is
     *     LEAF
     * @param resumeMac 32 bytes; zeros without a session
     * @param mac 32 bytes
     */
    record Proof(BindingUsed used, byte[] binding, byte[] resumeMac, byte[] mac) implements Frame {
        @Override
        public FrameType type() {
            return FrameType.PROOF;
        }
    }

    /**
     * The answering side proves its key and admits the session.
     *
     * @param nodeId id of the node; 1–255 bytes of UTF-8
     * @param incarnation the node's incarnation
     * @param session the session that goes on or is new
     * @param resumeSecret 16 bytes
     * @param limits what the node lets this client have
     * @param initialWindow bytes that the client may send on a channel right behind OPEN
     * @param pingIntervalMillis 1–2³¹−1
     * @param members number of nodes in the cluster; 1 on a single node
     * @param revision revision of this session's proxies known here; 0 = none
     * @param mac 32 bytes
     */
    record Welcome(
            String nodeId,
            long incarnation,
            SessionRef session,
            byte[] resumeSecret,
            Limits limits,
            int initialWindow,
            int pingIntervalMillis,
            int members,
            long revision,
            byte[] mac)
            implements Frame {
        @Override
        public FrameType type() {
            return FrameType.WELCOME;
        }
    }

    /**
     * The whole set of proxies of a session. A lower revision than one seen is ignored.
     *
     * @param revision 1 or more
     * @param proxies none or more, with different names
     */
    record Register(long revision, List<ProxySpec> proxies) implements Frame {
        @Override
        public FrameType type() {
            return FrameType.REGISTER;
        }
    }

    /** What became of each proxy of that revision on one node. Sent again whenever that changes. */
    record Registered(long revision, String nodeId, List<ProxyResult> results) implements Frame {
        @Override
        public FrameType type() {
            return FrameType.REGISTERED;
        }
    }

    /**
     * Opens a stream on a new channel; DATA and FIN may follow at once within the peer's {@code initial_window}.
     *
     * @param session null between client and node, set on links
     * @param proxy name of the proxy; 1–255 bytes of UTF-8
     * @param revision of the proxies that the sender looked it up in; 0 = unknown to it
     * @param allowed offset up to which the peer may send
     * @param trace 64-bit trace id, the same in the logs of both ends
     * @param attempt try number, from 0 on: a repeated OPEN counts up
     */
    record Open(
            int channel,
            StreamId stream,
            @Nullable SessionRef session,
            String proxy,
            long revision,
            Endpoint source,
            Endpoint destination,
            long allowed,
            long trace,
            int attempt)
            implements OnChannel {
        @Override
        public FrameType type() {
            return FrameType.OPEN;
        }
    }

    /** The stream was accepted; its peer may send up to offset {@code allowed}. */
    record Opened(int channel, long allowed) implements OnChannel {
        @Override
        public FrameType type() {
            return FrameType.OPENED;
        }
    }

    /**
     * The stream ended abruptly. What was sent below {@code finalOffset} is still delivered.
     *
     * @param reason one sentence for people; at most 1 KiB of UTF-8, longer ones are cut
     */
    record Reset(int channel, ResetCode code, long finalOffset, String reason) implements OnChannel {
        @Override
        public FrameType type() {
            return FrameType.RESET;
        }
    }

    /**
     * Stream bytes. The decoder hands on parts of one DATA frame as they arrive, so one frame may come as several of
     * these.
     *
     * @param payload never empty; whoever takes the frame releases it
     */
    record Data(int channel, ByteBuf payload) implements OnChannel {
        @Override
        public FrameType type() {
            return FrameType.DATA;
        }
    }

    /** Half-close. Takes one offset, like TCP's, and needs no credit. */
    record Fin(int channel) implements OnChannel {
        @Override
        public FrameType type() {
            return FrameType.FIN;
        }
    }

    /** Absolute offsets of the direction that its sender receives. Idempotent. */
    record Window(int channel, long consumed, long allowed) implements OnChannel {
        @Override
        public FrameType type() {
            return FrameType.WINDOW;
        }
    }

    /** Many WINDOWs at once. */
    record Windows(List<Window> windows) implements Frame {
        @Override
        public FrameType type() {
            return FrameType.WINDOWS;
        }
    }

    /** This channel is over, the stream is not. */
    record Detached(int channel) implements OnChannel {
        @Override
        public FrameType type() {
            return FrameType.DETACHED;
        }
    }

    /**
     * One UDP datagram; never retransmitted, takes no offset.
     *
     * @param payload whoever takes the frame releases it; at most 65,507 bytes
     */
    record Datagram(int channel, ByteBuf payload) implements OnChannel {
        @Override
        public FrameType type() {
            return FrameType.DATAGRAM;
        }
    }

    /** Takes up the streams of a lost tunnel on new channels. Long lists are cut into several frames. */
    record Resume(List<ResumeEntry> streams) implements Frame {
        @Override
        public FrameType type() {
            return FrameType.RESUME;
        }
    }

    /** Answer to RESUME, per stream. */
    record Resumed(List<ResumedEntry> streams) implements Frame {
        @Override
        public FrameType type() {
            return FrameType.RESUMED;
        }
    }

    /** Liveness and round trip: {@code opaque} comes back in PONG. */
    record Ping(long opaque) implements Frame {
        @Override
        public FrameType type() {
            return FrameType.PING;
        }
    }

    /** Answer to PING. */
    record Pong(long opaque) implements Frame {
        @Override
        public FrameType type() {
            return FrameType.PONG;
        }
    }

    /**
     * The tunnel ends, or will.
     *
     * @param reference random reference that stands in the other side's log, or the session id for REPLACED, else empty;
     *     at most 64 bytes of UTF-8
     * @param reason one sentence for people; at most 1 KiB of UTF-8, longer ones are cut
     * @param deadlineMillis time left to move away; 0 = now
     */
    record GoAway(GoAwayCode code, String reference, String reason, int deadlineMillis) implements Frame {
        @Override
        public FrameType type() {
            return FrameType.GOAWAY;
        }
    }
}
