package io.tlstunnel.mux;

import io.tlstunnel.wire.FrameType;
import io.tlstunnel.wire.StreamId;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * What a hostile peer says that knows the protocol well: whole frames, mostly of resume and flow control, with numbers
 * that are just wrong, old, somebody else's, or right.
 */
final class FuzzHostility {
    private static final int ANSWERS = 5;
    private static final int STATES = 3;
    private static final int USUAL_ENTRIES = 5;
    private static final int MANY_ENTRIES = 1_000;

    private final FuzzPeer peer;
    private final FuzzEnd.Kind against;
    private final SplittableRandom random;

    FuzzHostility(FuzzPeer peer, FuzzEnd.Kind against, SplittableRandom random) {
        this.peer = peer;
        this.against = against;
        this.random = random;
    }

    void say(FuzzTunnel tunnel, FuzzMessage out) {
        for (int frames = 1 + random.nextInt(3); frames > 0; frames--) {
            switch (random.nextInt(12)) {
                case 0, 1, 2, 3 -> resumption(tunnel, out);
                case 4 -> {
                    FuzzStream stream = any();
                    FuzzFrames.open(out, newChannel(tunnel), id(stream), offset(stream), small());
                }
                default -> {
                    if (hasTaken(tunnel) || on(tunnel) != null) {
                        onChannel(tunnel, out);
                    } else {
                        resumption(tunnel, out);
                    }
                }
            }
        }
    }

    private void resumption(FuzzTunnel tunnel, FuzzMessage out) {
        // A client ends the tunnel at once that asks it, so mostly it is not asked.
        if (random.nextInt(16) == 0 || against == FuzzEnd.Kind.NODE) {
            resume(tunnel, out);
        } else {
            resumed(tunnel, out);
        }
    }

    private void onChannel(FuzzTunnel tunnel, FuzzMessage out) {
        FuzzStream stream = on(tunnel);
        int channel = channel(tunnel, stream);
        switch (random.nextInt(14)) {
            case 12, 13 -> windows(tunnel, out);
            case 0 -> FuzzFrames.reset(out, channel, offset(stream));
            case 1, 2 -> FuzzFrames.opened(out, channel, offset(stream));
            case 3 -> FuzzFrames.empty(out, FrameType.FIN, channel);
            case 4 -> FuzzFrames.empty(out, FrameType.DETACHED, channel);
            case 5 -> FuzzFrames.data(out, channel, 1 + random.nextInt(60));
            case 6 -> FuzzFrames.data(out, channel, random.nextInt(8) == 0 ? 1 << 16 : 1 + random.nextInt(20_000));
            default -> FuzzFrames.window(out, channel, offset(stream), offset(stream));
        }
    }

    private void windows(FuzzTunnel tunnel, FuzzMessage out) {
        out.begin(FrameType.WINDOWS, 0);
        for (int i = entries(); i > 0; i--) {
            FuzzStream stream = on(tunnel);
            FuzzFrames.windowsEntry(out, channel(tunnel, stream), offset(stream), offset(stream));
        }
        out.end();
    }

    private void resume(FuzzTunnel tunnel, FuzzMessage out) {
        out.begin(FrameType.RESUME, 0);
        for (int i = entries(); i > 0; i--) {
            FuzzStream stream = any();
            int state = random.nextInt(STATES);
            FuzzFrames.resumeEntry(
                    out, id(stream), newChannel(tunnel), attach(stream), offset(stream), offset(stream), state);
            if (state == FuzzFrames.RESET) {
                FuzzFrames.resetState(out, offset(stream));
            }
        }
        out.end();
    }

    private void resumed(FuzzTunnel tunnel, FuzzMessage out) {
        out.begin(FrameType.RESUMED, 0);
        for (int i = entries(); i > 0; i--) {
            FuzzStream stream = any();
            int answer = random.nextInt(3) > 0 ? 0 : random.nextInt(ANSWERS);
            int state = answer == FuzzFrames.RESET ? FuzzFrames.RESET : random.nextInt(STATES);
            long received = answer == 0 ? offset(stream) : 0;
            long allowed = answer == 0 ? offset(stream) : 0;
            int channel = stream == null ? channel(tunnel, null) : stream.channel;
            FuzzFrames.resumedEntry(
                    out, id(stream), Math.max(1, channel), attach(stream), answer, received, allowed, state);
            if (state == FuzzFrames.RESET) {
                FuzzFrames.resetState(out, offset(stream));
            }
        }
        out.end();
    }

    /** Adds anything at all. */
    void noise(FuzzMessage out) {
        byte[] bytes = new byte[1 + random.nextInt(100)];
        random.nextBytes(bytes);
        if (random.nextBoolean()) {
            // A header that passes leads further than none.
            bytes[0] = (byte) random.nextInt(22);
            for (int i = 1; i < Math.min(bytes.length, 7); i++) {
                bytes[i] = 0;
            }
        }
        out.replace(0, 0, bytes);
    }

    private int entries() {
        return random.nextInt(512) == 0 ? MANY_ENTRIES : 1 + random.nextInt(USUAL_ENTRIES);
    }

    // ---- values -----------------------------------------------------------------------------------------------------

    /** A stream, whatever has become of it; null for one that there never was. */
    private @Nullable FuzzStream any() {
        return peer.streams.isEmpty() || random.nextInt(10) == 0
                ? null
                : peer.streams.get(random.nextInt(peer.streams.size()));
    }

    /** A stream on that tunnel, if there is one. */
    private @Nullable FuzzStream on(FuzzTunnel tunnel) {
        int from = peer.streams.isEmpty() ? 0 : random.nextInt(peer.streams.size());
        for (int i = 0; i < peer.streams.size(); i++) {
            FuzzStream stream = peer.streams.get((from + i) % peer.streams.size());
            if (stream.tunnel == tunnel) {
                return stream;
            }
        }
        return null;
    }

    private StreamId id(@Nullable FuzzStream stream) {
        if (stream == null) {
            return new StreamId(random.nextInt(4), random.nextInt(8));
        }
        return stream.id;
    }

    private int channel(FuzzTunnel tunnel, @Nullable FuzzStream stream) {
        if (stream != null && stream.channel != 0 && random.nextInt(32) > 0) {
            return stream.channel;
        }
        // Of one that is over, mostly: a number that was never taken ends the tunnel.
        return hasTaken(tunnel) && random.nextInt(8) > 0
                ? tunnel.nextChannel - 2
                : 1 + random.nextInt(tunnel.nextChannel);
    }

    private static boolean hasTaken(FuzzTunnel tunnel) {
        return tunnel.nextChannel > 2;
    }

    private int newChannel(FuzzTunnel tunnel) {
        return switch (random.nextInt(48)) {
            case 0 -> tunnel.nextChannel + 1;
            case 1 -> Math.max(1, tunnel.nextChannel - 2);
            case 2 -> Integer.MAX_VALUE - 1 + (tunnel.nextChannel & 1);
            default -> tunnel.takeChannel();
        };
    }

    private int attach(@Nullable FuzzStream stream) {
        int known = stream == null ? small() : stream.attach;
        return switch (random.nextInt(10)) {
            case 0 -> 1;
            case 1 -> Integer.MAX_VALUE;
            case 2 -> Math.max(1, known - 1);
            case 3, 4 -> Math.max(1, known);
            case 5 -> known + 2;
            default -> against == FuzzEnd.Kind.CLIENT || stream == null ? Math.max(1, known) : ++stream.attach;
        };
    }

    private long offset(@Nullable FuzzStream stream) {
        if (stream == null) {
            return random.nextInt(100);
        }
        return switch (random.nextInt(40)) {
            case 0 -> random.nextBoolean() ? Long.MAX_VALUE : stream.sent + 1;
            case 1 -> stream.received + 1;
            case 3 -> Math.max(0, stream.received - 1);
            case 5, 6, 7, 8, 9 -> 0;
            case 10, 11, 12, 13, 14 -> stream.consumedTold;
            case 15, 16, 17, 18 -> stream.next;
            case 19, 20 -> stream.allowed;
            case 21 -> random.nextLong(Long.MAX_VALUE);
            case 22, 23, 24, 25 -> random.nextLong(stream.received + 1);
            default -> stream.received;
        };
    }

    private int small() {
        return random.nextInt(4);
    }
}
