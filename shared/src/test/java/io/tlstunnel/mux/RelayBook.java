package io.tlstunnel.mux;

import io.tlstunnel.mux.Referee.Side;
import io.tlstunnel.wire.StreamId;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The {@link Referee}'s book about what relays have let others send and not passed on yet: beyond 4 KiB a channel it has
 * to be within their budget.
 */
final class RelayBook {
    private static final long FREE = 4 * 1024;

    /** A stream's way over a relay; {@code attempt} tells its OPENs apart. */
    private record Key(long relay, StreamId id, int attach, int attempt) {}

    /** One direction. */
    private static final class Flow {
        long told;
        long came;
        long left;
        boolean fin;

        long promised() {
            return Math.max(0, (fin ? came : told) - left);
        }
    }

    /** One stream's way over one relay. The sides are those of the stream: NODE is where the visitor came in. */
    static final class Pass {
        private final Map<Side, Flow> from = new EnumMap<>(Side.class);
        private Referee.@Nullable Tunnel tunnel;
        private boolean over;

        private Pass() {
            for (Side side : Side.values()) {
                from.put(side, new Flow());
            }
        }

        private Flow from(Side sender) {
            return Objects.requireNonNull(from.get(sender));
        }

        /** It goes on over that tunnel of the client. */
        void on(Referee.Tunnel clients) {
            tunnel = clients;
        }

        /** The relay begins at that offset of what {@code sender} sends. */
        void begin(Side sender, long base) {
            from(sender).came = base;
            from(sender).left = base;
        }

        void told(Side sender, long allowed) {
            from(sender).told = Math.max(from(sender).told, allowed);
        }

        void came(Side sender, int bytes) {
            from(sender).came += bytes;
        }

        void finCame(Side sender) {
            from(sender).came++;
            from(sender).fin = true;
        }

        void left(Side sender, int bytes) {
            from(sender).left += bytes;
        }

        void over() {
            over = true;
        }

        private long promised() {
            return Math.max(0, from(Side.NODE).promised() + from(Side.CLIENT).promised() - FREE);
        }
    }

    private final Map<Key, Pass> passes = new HashMap<>();
    private final List<Pass> live = new ArrayList<>();

    Pass pass(long relay, StreamId id, int attach, int attempt) {
        return passes.computeIfAbsent(new Key(relay, id, attach, attempt), key -> {
            Pass pass = new Pass();
            live.add(pass);
            return pass;
        });
    }

    /** What may still come to {@code tunnel}, or has and waits, beyond what is free. */
    long promised(Referee.@Nullable Tunnel tunnel) {
        live.removeIf(pass -> pass.over);
        long sum = 0;
        for (Pass pass : live) {
            sum += pass.tunnel == tunnel ? pass.promised() : 0;
        }
        return sum;
    }

    /** The same, of the tunnel that {@code pass} goes on over. */
    long promised(Pass pass) {
        return promised(pass.tunnel);
    }
}
