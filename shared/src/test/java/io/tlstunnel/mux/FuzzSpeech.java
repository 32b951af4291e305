package io.tlstunnel.mux;

import io.tlstunnel.wire.FrameType;
import java.util.List;
import java.util.SplittableRandom;

/** What a well-behaved peer says next: something that its books allow, drawn at random. */
final class FuzzSpeech {
    private static final int OK = 0;
    private static final int ENDED = 1;
    private static final int ANSWER_RESET = 2;
    private static final int UNREACHABLE = 3;
    private static final int GONE = 4;
    private static final int MOST_RESUMED = 4;
    private static final int UNKNOWN_TYPE = 200;

    private final FuzzPeer peer;
    private final FuzzShape shape;
    private final SplittableRandom random;
    private int opened;

    FuzzSpeech(FuzzPeer peer, FuzzShape shape, SplittableRandom random) {
        this.peer = peer;
        this.shape = shape;
        this.random = random;
    }

    /** Adds a few frames for that tunnel, at least one. */
    void say(FuzzTunnel tunnel, FuzzMessage out) {
        answerRefused(tunnel, out);
        answerResumes(tunnel, out);
        for (int moves = 1 + random.nextInt(4); moves > 0; moves--) {
            switch (random.nextInt(12)) {
                case 0 -> control(out);
                case 1 -> open(tunnel, out);
                case 2 -> resume(tunnel, out);
                case 3 -> windows(tunnel, out);
                default -> onChannel(tunnel, out);
            }
        }
        if (out.frames() == 0) {
            open(tunnel, out);
        }
        if (out.frames() == 0) {
            control(out);
        }
    }

    // ---- answers ----------------------------------------------------------------------------------------------------

    private void answerRefused(FuzzTunnel tunnel, FuzzMessage out) {
        for (FuzzPeer.Refused refused : peer.refused) {
            if (refused.tunnel() == tunnel) {
                FuzzStream stream = refused.stream();
                boolean reset = stream != null && stream.resetSent;
                out.begin(FrameType.RESUMED, 0);
                FuzzFrames.resumedEntry(
                        out,
                        refused.entry().stream(),
                        refused.entry().channel(),
                        refused.entry().attach(),
                        stream == null ? GONE : reset ? ANSWER_RESET : ENDED,
                        0,
                        0,
                        reset ? FuzzFrames.RESET : FuzzFrames.OPEN);
                if (reset) {
                    FuzzFrames.resetState(out, stream.bytes());
                }
                out.end();
            }
        }
        peer.refused.removeIf(refused -> refused.tunnel() == tunnel);
        for (FuzzPeer.Late late : peer.late) {
            if (late.tunnel() == tunnel) {
                FuzzFrames.reset(out, late.channel(), 0);
            }
        }
        peer.late.removeIf(late -> late.tunnel() == tunnel);
    }

    private void answerResumes(FuzzTunnel tunnel, FuzzMessage out) {
        boolean begun = false;
        for (FuzzStream stream : peer.streams) {
            if (stream.tunnel == tunnel && stream.answerDue && random.nextInt(4) > 0) {
                if (!begun) {
                    out.begin(FrameType.RESUMED, 0);
                    begun = true;
                }
                answer(stream, out);
            }
        }
        if (begun) {
            out.end();
        }
    }

    private void answer(FuzzStream stream, FuzzMessage out) {
        stream.answerDue = false;
        int answer = random.nextInt(8) > 0 ? OK : random.nextBoolean() ? UNREACHABLE : GONE;
        if (answer != OK) {
            FuzzFrames.resumedEntry(out, stream.id, stream.channel, stream.attach, answer, 0, 0, FuzzFrames.OPEN);
            stream.over = answer == GONE;
            stream.off();
            return;
        }
        peer.wentOn++;
        FuzzFrames.resumedEntry(
                out, stream.id, stream.channel, stream.attach, OK, stream.received, grant(stream), state(stream));
        if (stream.resetting) {
            FuzzFrames.resetState(out, stream.bytes());
        }
    }

    private static int state(FuzzStream stream) {
        return stream.resetting ? FuzzFrames.RESET : stream.finReceived ? FuzzFrames.FIN_RECEIVED : FuzzFrames.OPEN;
    }

    private long grant(FuzzStream stream) {
        return stream.received + random.nextInt(random.nextBoolean() ? 100 : 40_000);
    }

    // ---- the tunnel -------------------------------------------------------------------------------------------------

    private void control(FuzzMessage out) {
        switch (random.nextInt(8)) {
            case 0, 1 -> out.begin(FrameType.PING, 0).u64(random.nextLong()).end();
            case 2, 3 -> out.begin(FrameType.PONG, 0).u64(peer.lastPing).end();
            case 4 -> {
                out.begin(FrameType.REGISTER, 0).u64(1).text8("p").text8("tcp").text8("");
                out.u16(0).u8(0).end();
            }
            case 5 -> {
                out.begin(FrameType.REGISTERED, 0)
                        .u64(1)
                        .text8("n")
                        .text8("p")
                        .u8(1)
                        .u8(1);
                out.u16(0).end();
            }
            case 6 ->
                out.begin(UNKNOWN_TYPE, random.nextInt(2))
                        .payload(random.nextInt(9))
                        .end();
            default -> {
                if (random.nextInt(8) == 0) {
                    out.begin(FrameType.GOAWAY, 0).u8(3).u32(1_000).u8(0).u16(0).end();
                }
            }
        }
    }

    private void open(FuzzTunnel tunnel, FuzzMessage out) {
        if (!shape.takesPeers() || opened == FuzzShape.MOST_PEER_STREAMS) {
            return;
        }
        opened++;
        FuzzStream stream = peer.add();
        stream.on(tunnel, tunnel.takeChannel());
        stream.waits = true;
        stream.allowed = shape.initialWindow();
        FuzzFrames.open(out, stream.channel, stream.id, grant(stream), 0);
    }

    /** The client asks for its streams; a node opens again what was not answered. */
    private void resume(FuzzTunnel tunnel, FuzzMessage out) {
        if (shape.kind() == FuzzEnd.Kind.CLIENT) {
            for (FuzzStream stream : peer.streams) {
                if (stream.ours && !stream.over && !stream.known && stream.tunnel == null) {
                    stream.on(tunnel, tunnel.takeChannel());
                    stream.waits = true;
                    FuzzFrames.open(out, stream.channel, stream.id, grant(stream), ++stream.attempt);
                }
            }
            return;
        }
        int count = 0;
        for (FuzzStream stream : peer.streams) {
            boolean moves = stream.tunnel == null || (stream.tunnel != tunnel && random.nextInt(4) == 0);
            if (moves && !stream.over && count < MOST_RESUMED) {
                if (count++ == 0) {
                    out.begin(FrameType.RESUME, 0);
                }
                ask(stream, tunnel, out);
            }
        }
        if (count > 0) {
            out.end();
        }
    }

    private void ask(FuzzStream stream, FuzzTunnel tunnel, FuzzMessage out) {
        stream.on(tunnel, tunnel.takeChannel());
        stream.waits = true;
        stream.attach++;
        FuzzFrames.resumeEntry(
                out, stream.id, stream.channel, stream.attach, stream.received, grant(stream), state(stream));
        if (stream.resetting) {
            FuzzFrames.resetState(out, stream.bytes());
        }
    }

    private void windows(FuzzTunnel tunnel, FuzzMessage out) {
        boolean begun = false;
        for (FuzzStream stream : peer.speakable(tunnel)) {
            if (!stream.openedDue && !stream.resetSent) {
                if (!begun) {
                    out.begin(FrameType.WINDOWS, 0);
                    begun = true;
                }
                stream.consumedTold = Math.max(stream.consumedTold, consumed(stream));
                FuzzFrames.windowsEntry(out, stream.channel, stream.consumedTold, grant(stream));
                stream.checkOver();
            }
        }
        if (begun) {
            out.end();
        }
    }

    private long consumed(FuzzStream stream) {
        return random.nextBoolean() ? stream.received : random.nextLong(stream.received + 1);
    }

    // ---- streams ----------------------------------------------------------------------------------------------------

    private void onChannel(FuzzTunnel tunnel, FuzzMessage out) {
        List<FuzzStream> streams = peer.speakable(tunnel);
        if (streams.isEmpty()) {
            return;
        }
        FuzzStream stream = streams.get(random.nextInt(streams.size()));
        if (stream.resetSent) {
            return;
        }
        if (stream.openedDue) {
            stream.openedDue = false;
            stream.known = true;
            FuzzFrames.opened(out, stream.channel, grant(stream));
        } else if (stream.resetReceived || stream.resetting || random.nextInt(24) == 0) {
            reset(stream, out);
        } else {
            goOn(stream, out);
        }
    }

    private void goOn(FuzzStream stream, FuzzMessage out) {
        switch (random.nextInt(6)) {
            case 0, 1, 2 -> data(stream, out);
            case 3 -> {
                if (stream.finDue() && stream.next >= stream.bytes()) {
                    FuzzFrames.empty(out, FrameType.FIN, stream.channel);
                    stream.finSent();
                }
            }
            case 4 -> {
                stream.consumedTold = Math.max(stream.consumedTold, consumed(stream));
                FuzzFrames.window(out, stream.channel, stream.consumedTold, grant(stream));
                stream.checkOver();
            }
            default -> detach(stream, out);
        }
    }

    private void data(FuzzStream stream, FuzzMessage out) {
        int most = random.nextInt(8) == 0 ? 10_000 : 60;
        int room = (int) Math.min(most, stream.room());
        if (room > 0) {
            int length = 1 + random.nextInt(room);
            FuzzFrames.data(out, stream.channel, length);
            stream.next += length;
            stream.sent = Math.max(stream.sent, stream.next);
        }
    }

    private void reset(FuzzStream stream, FuzzMessage out) {
        stream.resetting = true;
        if (stream.next < stream.bytes() && !stream.resetReceived) {
            data(stream, out);
            return;
        }
        FuzzFrames.reset(out, stream.channel, stream.bytes());
        stream.resetSent = true;
        stream.checkOver();
    }

    /** A relay has lost the other side: the client asks again. */
    private void detach(FuzzStream stream, FuzzMessage out) {
        if (shape.kind() == FuzzEnd.Kind.CLIENT && !stream.waits && random.nextInt(3) == 0) {
            FuzzFrames.empty(out, FrameType.DETACHED, stream.channel);
            stream.off();
        }
    }
}
