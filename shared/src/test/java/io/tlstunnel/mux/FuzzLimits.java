package io.tlstunnel.mux;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an end may hold, and may say, given how much was said to it: each frame that comes causes so many at most, each
 * stream has its own, and so has time.
 */
final class FuzzLimits {
    private static final long SECOND = 1_000_000_000;

    // The least that each takes on the wire, header included; an entry without.
    private static final int FRAME = 8;
    private static final int PING = 16;
    private static final int RESUME_ENTRY = 42;
    private static final int OPEN = 69;

    /** RESUME after UNREACHABLE: the first comes 0.2 s later. */
    private static final int ASKS_PER_SECOND = 5;

    /** What a frame may cause: RESET, DETACHED, and a WINDOW that tells again. */
    private static final int CAUSED = 3;

    /** Waits for a peer that does not read: up to the high water, and the longest list of answers. */
    private static final int MOST_UNREAD = 4 << 20;

    private final FuzzEnd end;
    private final FuzzPeer peer;
    private final List<FuzzTunnel> tunnels;

    FuzzLimits(FuzzEnd end, FuzzPeer peer, List<FuzzTunnel> tunnels) {
        this.end = end;
        this.peer = peer;
        this.tunnels = tunnels;
    }

    /** What is beyond its limit when {@code bytesIn} have been said on all tunnels together, or null. */
    @Nullable
    String flaw(long bytesIn) {
        String held = end.overBudget();
        String unread = held == null ? unread() : held;
        return unread == null ? heard(bytesIn) : unread;
    }

    private @Nullable String unread() {
        for (FuzzTunnel tunnel : tunnels) {
            if (tunnel.carrier.unread() > MOST_UNREAD) {
                return tunnel.carrier.unread() + " bytes wait for a peer that does not read";
            }
        }
        return null;
    }

    private @Nullable String heard(long bytesIn) {
        long seconds = end.timers.nanoTime() / SECOND + 2;
        long streams = end.lives.size() + 1L;
        long moves = streams * (tunnels.size() + 1) + bytesIn / FRAME;
        long replays = peer.resumedEntries + peer.resumeEntries + peer.opens;
        long kept = MemoryBudget.FLOOR + end.shape.budget() + end.shape.frameSize();
        long said = end.said();
        if (peer.pongs > bytesIn / PING) {
            return beyond(peer.pongs, "PONGs");
        }
        if (peer.resumedEntries > bytesIn / RESUME_ENTRY) {
            return beyond(peer.resumedEntries, "entries of RESUMED");
        }
        if (peer.openeds > bytesIn / OPEN) {
            return beyond(peer.openeds, "OPENEDs");
        }
        if (peer.opens > moves) {
            return beyond(peer.opens, "OPENs");
        }
        if (peer.resumeEntries > moves + streams * seconds * ASKS_PER_SECOND) {
            return beyond(peer.resumeEntries, "entries of RESUME");
        }
        if (peer.others > CAUSED * moves + end.events() + seconds * tunnels.size()) {
            return beyond(peer.others, "other frames");
        }
        return peer.dataBytes > said + replays * Math.min(kept, said) ? beyond(peer.dataBytes, "bytes") : null;
    }

    private static String beyond(long count, String what) {
        return count + " " + what + " were heard, more than could be due";
    }
}
