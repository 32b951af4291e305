package io.tlstunnel.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FrameListsTest {
    private static final StreamState RESET = new StreamState.Reset(ResetCode.BUSY, 1);
    private static final StreamState OPEN = new StreamState.Open();

    @Test
    void makesNoFrameOfNothing() {
        assertThat(FrameLists.windows(List.of())).isEmpty();
    }

    @Test
    void keepsWhatFitsInOneFrame() {
        List<Frame.Window> windows = windows(3276);
        assertThat(FrameLists.windows(windows)).containsExactly(new Frame.Windows(windows));
    }

    @Test
    void cutsWindowsInOrder() {
        List<Frame.Window> windows = windows(10_000);
        List<Frame.Windows> frames = FrameLists.windows(windows);
        assertThat(frames).hasSize(4);
        assertThat(frames.stream().flatMap(frame -> frame.windows().stream())).containsExactlyElementsOf(windows);
    }

    @Test
    void fillsResumeFramesUpToTheLimit() {
        List<ResumeEntry> entries = new ArrayList<>();
        for (int i = 0; i < 5000; i++) {
            SessionRef session = i % 3 == 0 ? new SessionRef(1, 2, 3) : null;
            entries.add(new ResumeEntry(new StreamId(1, i), session, i + 1, 1, 0, 0, i % 2 == 0 ? OPEN : RESET));
        }
        List<Frame.Resume> frames = FrameLists.resume(entries);
        assertThat(frames.stream().flatMap(frame -> frame.streams().stream())).containsExactlyElementsOf(entries);
        assertFilled(frames);
    }

    @Test
    void fillsResumedFramesUpToTheLimit() {
        List<ResumedEntry> entries = new ArrayList<>();
        for (int i = 0; i < 5000; i++) {
            entries.add(
                    new ResumedEntry(new StreamId(1, i), i + 1, 1, ResumeAnswer.OK, 0, 0, i % 2 == 0 ? OPEN : RESET));
        }
        List<Frame.Resumed> frames = FrameLists.resumed(entries);
        assertThat(frames.stream().flatMap(frame -> frame.streams().stream())).containsExactlyElementsOf(entries);
        assertFilled(frames);
    }

    private static void assertFilled(List<? extends Frame> frames) {
        int longestEntry = 75;
        for (Frame frame : frames.subList(0, frames.size() - 1)) {
            assertThat(FrameEncoder.toArray(frame).length - WireFormat.HEADER_LENGTH)
                    .isBetween(WireFormat.MAX_FRAME - longestEntry, WireFormat.MAX_FRAME);
        }
    }

    private static List<Frame.Window> windows(int count) {
        List<Frame.Window> windows = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            windows.add(new Frame.Window(i, i, i));
        }
        return windows;
    }
}
