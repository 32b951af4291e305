package io.tlstunnel.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/** Cuts long lists into frames of at most {@link WireFormat#MAX_FRAME}, in order. No entry, no frame. */
public final class FrameLists {
    private FrameLists() {}

    public static List<Frame.Windows> windows(List<Frame.Window> windows) {
        return cut(windows, window -> WireFormat.WINDOWS_ENTRY, Frame.Windows::new);
    }

    public static List<Frame.Resume> resume(List<ResumeEntry> streams) {
        return cut(streams, ResumeCodec::length, Frame.Resume::new);
    }

    public static List<Frame.Resumed> resumed(List<ResumedEntry> streams) {
        return cut(streams, ResumeCodec::length, Frame.Resumed::new);
    }

    private static <E, F> List<F> cut(List<E> entries, ToIntFunction<E> length, Function<List<E>, F> frame) {
        List<F> frames = new ArrayList<>();
        int from = 0;
        int size = 0;
        for (int i = 0; i < entries.size(); i++) {
            int next = length.applyAsInt(entries.get(i));
            if (size + next > WireFormat.MAX_FRAME) {
                frames.add(frame.apply(List.copyOf(entries.subList(from, i))));
                from = i;
                size = 0;
            }
            size += next;
        }
        if (from < entries.size()) {
            frames.add(frame.apply(List.copyOf(entries.subList(from, entries.size()))));
        }
        return frames;
    }
}
