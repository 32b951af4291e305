package io.tlstunnel.mux;

import io.tlstunnel.wire.Frame;
import io.tlstunnel.wire.GoAwayCode;
import io.tlstunnel.wire.ResumeAnswer;
import io.tlstunnel.wire.ResumeEntry;
import io.tlstunnel.wire.ResumedEntry;
import io.tlstunnel.wire.StreamId;
import io.tlstunnel.wire.StreamState;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The peer's books: what it has heard on whatever tunnel, and what that means for what it may say. {@link FuzzSpeech}
 * says it. Counts what it hears, too.
 */
final class FuzzPeer {
    private static final long INCARNATION = 2;

    /** A RESUME of a stream that does not go on. */
    record Refused(
            FuzzTunnel tunnel, ResumeEntry entry, @Nullable FuzzStream stream) {}

    /** An OPEN of a stream that has ended. */
    record Late(FuzzTunnel tunnel, int channel) {}

    final List<FuzzStream> streams = new ArrayList<>();
    final List<Refused> refused = new ArrayList<>();
    final List<Late> late = new ArrayList<>();
    /** Value of the last PING heard. */
    long lastPing;

    /** What was heard, by kind. */
    long dataBytes;

    long pongs;
    long openeds;
    long opens;
    long resumeEntries;
    long resumedEntries;
    long others;
    /** Streams that went on elsewhere. */
    long wentOn;

    boolean heardProtocol;

    @Nullable
    String protocolReason;

    private long opened;

    /** A new stream of the peer's. */
    FuzzStream add() {
        FuzzStream stream = new FuzzStream(new StreamId(INCARNATION, ++opened), true);
        streams.add(stream);
        return stream;
    }

    /** The tunnel is gone. */
    void lost(FuzzTunnel tunnel) {
        for (FuzzStream stream : streams) {
            if (stream.tunnel == tunnel) {
                stream.off();
            }
        }
    }

    @Nullable
    FuzzStream find(StreamId id) {
        for (FuzzStream stream : streams) {
            if (stream.id.equals(id)) {
                return stream;
            }
        }
        return null;
    }

    private @Nullable FuzzStream find(FuzzTunnel tunnel, int channel) {
        if (!tunnel.isUp()) {
            return null;
        }
        for (FuzzStream stream : streams) {
            if (stream.tunnel == tunnel && stream.channel == channel) {
                return stream;
            }
        }
        return null;
    }

    // ---- what it hears; what comes of a tunnel that is gone is only counted
    // ------------------------------------------

    void hear(FuzzTunnel tunnel, Frame frame) {
        if (tunnel.goneAway) {
            throw new AssertionError(frame.type() + " behind the last GOAWAY");
        }
        switch (frame.type()) {
            case DATA -> data(tunnel, (Frame.Data) frame);
            case WINDOWS -> ((Frame.Windows) frame).windows().forEach(window -> window(tunnel, window));
            case RESUME -> ((Frame.Resume) frame).streams().forEach(entry -> resume(tunnel, entry));
            case RESUMED -> ((Frame.Resumed) frame).streams().forEach(entry -> resumed(tunnel, entry));
            case PONG -> pongs++;
            case OPEN -> open(tunnel, (Frame.Open) frame);
            case PING -> {
                others++;
                lastPing = ((Frame.Ping) frame).opaque();
            }
            case GOAWAY -> goAway(tunnel, (Frame.GoAway) frame);
            case OPENED, FIN, WINDOW, RESET, DETACHED -> onChannel(tunnel, (Frame.OnChannel) frame);
            default -> throw new AssertionError("nobody asked for " + frame.type());
        }
    }

    private void goAway(FuzzTunnel tunnel, Frame.GoAway goAway) {
        others++;
        if (goAway.code() == GoAwayCode.PROTOCOL) {
            tunnel.goneAway = true;
            heardProtocol = true;
            protocolReason = goAway.reason();
            if (!tunnel.carrier.isClosing()) {
                throw new AssertionError("GOAWAY, and the tunnel stays: " + goAway.reason());
            }
        } else {
            throw new AssertionError("GOAWAY " + goAway.code() + ": " + goAway.reason());
        }
    }

    private void data(FuzzTunnel tunnel, Frame.Data frame) {
        int length = frame.payload().readableBytes();
        frame.payload().release();
        dataBytes += length;
        FuzzStream stream = find(tunnel, frame.channel());
        if (stream != null && !stream.waits) {
            stream.received += length;
        }
    }

    private void open(FuzzTunnel tunnel, Frame.Open open) {
        opens++;
        if (!tunnel.isUp()) {
            return;
        }
        FuzzStream stream = find(open.stream());
        if (stream == null) {
            stream = new FuzzStream(open.stream(), false);
            streams.add(stream);
            stream.on(tunnel, open.channel());
            stream.openedDue = true;
            stream.allowed = open.allowed();
        } else if (stream.over) {
            late.add(new Late(tunnel, open.channel()));
        } else if (!stream.waits && stream.attach == 0) {
            // It is answered by RESUME.
            stream.off();
        }
        stream.attempt = open.attempt();
    }

    private void onChannel(FuzzTunnel tunnel, Frame.OnChannel frame) {
        others++;
        if (frame instanceof Frame.Opened) {
            openeds++;
        }
        FuzzStream stream = find(tunnel, frame.channel());
        if (stream == null) {
            return;
        }
        if (frame instanceof Frame.Opened opened) {
            stream.allowed = Math.max(stream.allowed, opened.allowed());
            stream.known = true;
            stream.waits = false;
        } else if (frame instanceof Frame.Fin && !stream.waits) {
            stream.finReceived = true;
            stream.received++;
        } else if (frame instanceof Frame.Window window) {
            window(stream, window);
        } else if (frame instanceof Frame.Reset) {
            stream.resetReceived = true;
        } else if (frame instanceof Frame.Detached) {
            stream.off();
        }
        stream.checkOver();
    }

    private void window(FuzzTunnel tunnel, Frame.Window window) {
        others++;
        FuzzStream stream = find(tunnel, window.channel());
        if (stream != null) {
            window(stream, window);
            stream.checkOver();
        }
    }

    private static void window(FuzzStream stream, Frame.Window window) {
        stream.allowed = Math.max(stream.allowed, window.allowed());
        stream.acknowledged = Math.max(stream.acknowledged, window.consumed());
        stream.known = true;
    }

    private void resume(FuzzTunnel tunnel, ResumeEntry entry) {
        resumeEntries++;
        if (!tunnel.isUp()) {
            return;
        }
        FuzzStream stream = find(entry.stream());
        if (stream == null || stream.over) {
            refused.add(new Refused(tunnel, entry, stream));
            return;
        }
        stream.on(tunnel, entry.channel());
        stream.attach = entry.attach();
        stream.goOn(entry.received(), entry.allowed());
        stream.answerDue = true;
        stream.resetReceived = entry.state() instanceof StreamState.Reset && stream.resetReceived;
    }

    private void resumed(FuzzTunnel tunnel, ResumedEntry entry) {
        resumedEntries++;
        FuzzStream stream = find(entry.stream());
        if (stream == null || stream.tunnel != tunnel || !stream.waits || stream.attach != entry.attach()) {
            return;
        }
        if (entry.answer() != ResumeAnswer.OK) {
            stream.over = true;
            stream.off();
            return;
        }
        wentOn++;
        stream.goOn(entry.received(), entry.allowed());
        if (stream.resetting && entry.state() instanceof StreamState.Reset) {
            stream.over = true;
            stream.off();
        }
    }

    // ---- what it may say --------------------------------------------------------------------------------------------

    /** Streams on that tunnel of which something may be said. */
    List<FuzzStream> speakable(FuzzTunnel tunnel) {
        List<FuzzStream> speakable = new ArrayList<>(streams.size());
        for (FuzzStream stream : streams) {
            if (stream.tunnel == tunnel
                    && !stream.over
                    && (!stream.waits || isFirstOpen(stream))
                    && !stream.answerDue) {
                speakable.add(stream);
            }
        }
        return speakable;
    }

    /** DATA may follow OPEN at once, but not one that may name a stream the other end knows. */
    private static boolean isFirstOpen(FuzzStream stream) {
        return stream.ours && stream.attach == 0 && stream.attempt == 0;
    }
}
