package io.tlstunnel.mux;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The streams of one tunnel by channel: open addressing with linear probing over powers of two, because a look-up
 * stands before every frame and must neither box nor allocate.
 */
final class ChannelTable {
    private static final int SMALLEST = 16;

    private @Nullable Stream[] slots = new @Nullable Stream[SMALLEST];
    private int size;

    @Nullable
    Stream get(int channel) {
        int mask = slots.length - 1;
        for (int i = home(channel, mask); ; i = (i + 1) & mask) {
            Stream stream = slots[i];
            if (stream == null || stream.channel() == channel) {
                return stream;
            }
        }
    }

    /** Adds a stream whose channel is set and not in the table. */
    void put(Stream stream) {
        if ((size + 1) * 2 > slots.length) {
            resize(slots.length * 2);
        }
        insert(stream);
        size++;
    }

    void remove(int channel) {
        int mask = slots.length - 1;
        int i = home(channel, mask);
        while (true) {
            Stream stream = slots[i];
            if (stream == null) {
                return;
            }
            if (stream.channel() == channel) {
                break;
            }
            i = (i + 1) & mask;
        }
        slots[i] = null;
        size--;
        // Closes the gap: entries behind it that probed over it move up.
        for (int j = (i + 1) & mask; ; j = (j + 1) & mask) {
            Stream moved = slots[j];
            if (moved == null) {
                break;
            }
            slots[j] = null;
            insert(moved);
        }
        if (slots.length > SMALLEST && size * 8 < slots.length) {
            resize(slots.length / 2);
        }
    }

    int size() {
        return size;
    }

    /** A copy, so that the caller may remove while it walks. */
    List<Stream> toList() {
        List<Stream> list = new ArrayList<>(size);
        for (Stream stream : slots) {
            if (stream != null) {
                list.add(stream);
            }
        }
        return list;
    }

    private void insert(Stream stream) {
        int mask = slots.length - 1;
        int i = home(stream.channel(), mask);
        while (slots[i] != null) {
            i = (i + 1) & mask;
        }
        slots[i] = stream;
    }

    private void resize(int length) {
        @Nullable Stream[] old = slots;
        slots = new @Nullable Stream[length];
        for (Stream stream : old) {
            if (stream != null) {
                insert(stream);
            }
        }
    }

    // All channels that one side opens have the same lowest bit, so it must not choose the slot.
    private static int home(int channel, int mask) {
        return (channel >>> 1) & mask;
    }
}
