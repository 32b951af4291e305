package io.tlstunnel.wire;

import io.tlstunnel.wire.Frame.Resume;
import io.tlstunnel.wire.Frame.Resumed;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Layouts of RESUME and RESUMED. Their lists run to the end of the frame and are never empty. */
final class ResumeCodec {
    private static final int OPEN = 0;
    private static final int FIN_RECEIVED = 1;
    private static final int RESET = 2;
    private static final int MAX = Integer.MAX_VALUE;

    /** Stream id, session flag or answer, channel, attach, received, allowed, kind of state. */
    private static final int ENTRY = 16 + 1 + 4 + 4 + 8 + 8 + 1;

    private static final int SESSION = 24;
    private static final int RESET_STATE = 1 + 8;

    private ResumeCodec() {}

    static Resume readResume(PayloadReader in) {
        List<ResumeEntry> entries = new ArrayList<>();
        while (in.hasMore()) {
            entries.add(new ResumeEntry(
                    in.streamId(),
                    in.optionalSession(),
                    in.u32("channel", 1, MAX),
                    in.u32("attach number", 1, MAX),
                    in.u63("received offset", 0),
                    in.u63("allowed offset", 0),
                    readState(in)));
        }
        return new Resume(List.copyOf(entries));
    }

    static void write(Resume resume, PayloadWriter out) {
        for (ResumeEntry entry : resume.streams()) {
            out.streamId(entry.stream());
            out.optionalSession(entry.session());
            out.u32("channel", entry.channel(), 1, MAX);
            out.u32("attach number", entry.attach(), 1, MAX);
            out.u63("received offset", entry.received(), 0);
            out.u63("allowed offset", entry.allowed(), 0);
            write(entry.state(), out);
        }
    }

    static Resumed readResumed(PayloadReader in) {
        List<ResumedEntry> entries = new ArrayList<>();
        while (in.hasMore()) {
            entries.add(new ResumedEntry(
                    in.streamId(),
                    in.u32("channel", 1, MAX),
                    in.u32("attach number", 1, MAX),
                    readAnswer(in),
                    in.u63("received offset", 0),
                    in.u63("allowed offset", 0),
                    readState(in)));
        }
        return new Resumed(List.copyOf(entries));
    }

    static void write(Resumed resumed, PayloadWriter out) {
        for (ResumedEntry entry : resumed.streams()) {
            out.streamId(entry.stream());
            out.u32("channel", entry.channel(), 1, MAX);
            out.u32("attach number", entry.attach(), 1, MAX);
            out.u8("answer", entry.answer().code(), 0, 0xFF);
            out.u63("received offset", entry.received(), 0);
            out.u63("allowed offset", entry.allowed(), 0);
            write(entry.state(), out);
        }
    }

    /** The rule across fields that {@code resumed} breaks, or null. */
    static @Nullable String flaw(Resumed resumed) {
        for (ResumedEntry entry : resumed.streams()) {
            if (entry.answer() != ResumeAnswer.OK && (entry.received() | entry.allowed()) != 0) {
                return "has offsets in an answer other than ok";
            }
            if (entry.answer() == ResumeAnswer.RESET && !(entry.state() instanceof StreamState.Reset)) {
                return "answers reset without the state reset";
            }
        }
        return null;
    }

    static int length(ResumeEntry entry) {
        return ENTRY + (entry.session() == null ? 0 : SESSION) + length(entry.state());
    }

    static int length(ResumedEntry entry) {
        return ENTRY + length(entry.state());
    }

    private static int length(StreamState state) {
        return state instanceof StreamState.Reset ? RESET_STATE : 0;
    }

    private static ResumeAnswer readAnswer(PayloadReader in) {
        ResumeAnswer answer = ResumeAnswer.of(in.u8("answer", 0, 0xFF));
        if (answer == null) {
            throw in.broken("has an unknown answer");
        }
        return answer;
    }

    private static StreamState readState(PayloadReader in) {
        return switch (in.u8("state", OPEN, RESET)) {
            case OPEN -> new StreamState.Open();
            case FIN_RECEIVED -> new StreamState.FinReceived();
            default -> new StreamState.Reset(ResetCode.of(in.u8("reset code", 0, 0xFF)), in.u63("final offset", 0));
        };
    }

    private static void write(StreamState state, PayloadWriter out) {
        if (state instanceof StreamState.Open) {
            out.u8("state", OPEN, OPEN, RESET);
        } else if (state instanceof StreamState.FinReceived) {
            out.u8("state", FIN_RECEIVED, OPEN, RESET);
        } else if (state instanceof StreamState.Reset reset) {
            out.u8("state", RESET, OPEN, RESET);
            out.u8("reset code", reset.code().code(), 0, 0xFF);
            out.u63("final offset", reset.finalOffset(), 0);
        }
    }
}
