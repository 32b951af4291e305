package io.tlstunnel.wire;

import static io.tlstunnel.wire.WireFormat.MAX_REASON;
import static io.tlstunnel.wire.WireFormat.MAX_REFERENCE;

import io.tlstunnel.wire.Frame.GoAway;
import io.tlstunnel.wire.Frame.Open;
import io.tlstunnel.wire.Frame.Opened;
import io.tlstunnel.wire.Frame.Reset;
import io.tlstunnel.wire.Frame.Window;
import io.tlstunnel.wire.Frame.Windows;
import java.util.ArrayList;
import java.util.List;

/** Layouts of the frames that open, steer and end streams and tunnels. */
final class StreamCodec {
    private static final int MAX = Integer.MAX_VALUE;

    private StreamCodec() {}

    static Open readOpen(int channel, PayloadReader in) {
        return new Open(
                channel,
                in.streamId(),
                in.optionalSession(),
                in.text8("proxy name", 1, 0xFF),
                in.u63("revision", 0),
                in.endpoint("source"),
                in.endpoint("destination"),
                in.u63("allowed offset", 0),
                in.bits64("trace id"),
                in.u32("try number", 0, MAX));
    }

    static void write(Open open, PayloadWriter out) {
        out.streamId(open.stream());
        out.optionalSession(open.session());
        out.text8("proxy name", open.proxy(), 1, 0xFF);
        out.u63("revision", open.revision(), 0);
        out.endpoint("source", open.source());
        out.endpoint("destination", open.destination());
        out.u63("allowed offset", open.allowed(), 0);
        out.bits64(open.trace());
        out.u32("try number", open.attempt(), 0, MAX);
    }

    static Opened readOpened(int channel, PayloadReader in) {
        return new Opened(channel, in.u63("allowed offset", 0));
    }

    static void write(Opened opened, PayloadWriter out) {
        out.u63("allowed offset", opened.allowed(), 0);
    }

    static Reset readReset(int channel, PayloadReader in) {
        return new Reset(
                channel,
                ResetCode.of(in.u8("code", 0, 0xFF)),
                in.u63("final offset", 0),
                in.text16("reason", 0, MAX_REASON));
    }

    static void write(Reset reset, PayloadWriter out) {
        out.u8("code", reset.code().code(), 0, 0xFF);
        out.u63("final offset", reset.finalOffset(), 0);
        out.reason(reset.reason());
    }

    static Window readWindow(int channel, PayloadReader in) {
        return new Window(channel, in.u63("consumed offset", 0), in.u63("allowed offset", 0));
    }

    static void write(Window window, PayloadWriter out) {
        out.u63("consumed offset", window.consumed(), 0);
        out.u63("allowed offset", window.allowed(), 0);
    }

    static Windows readWindows(PayloadReader in) {
        List<Window> windows = new ArrayList<>();
        while (in.hasMore()) {
            windows.add(readWindow(in.u32("channel", 1, MAX), in));
        }
        return new Windows(List.copyOf(windows));
    }

    static void write(Windows windows, PayloadWriter out) {
        for (Window window : windows.windows()) {
            out.u32("channel", window.channel(), 1, MAX);
            write(window, out);
        }
    }

    static GoAway readGoAway(PayloadReader in) {
        GoAwayCode code = GoAwayCode.of(in.u8("code", 0, 0xFF));
        int deadline = in.u32("deadline", 0, MAX);
        return new GoAway(code, in.text8("reference", 0, MAX_REFERENCE), in.text16("reason", 0, MAX_REASON), deadline);
    }

    static void write(GoAway goAway, PayloadWriter out) {
        out.u8("code", goAway.code().code(), 0, 0xFF);
        out.u32("deadline", goAway.deadlineMillis(), 0, MAX);
        out.text8("reference", goAway.reference(), 0, MAX_REFERENCE);
        out.reason(goAway.reason());
    }
}
