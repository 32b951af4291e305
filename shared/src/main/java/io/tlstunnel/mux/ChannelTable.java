package io.tlstunnel.mux;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The channels of one tunnel by number: open addressing with linear probing over powers of two, because a look-up
 * stands before every frame and must neither box nor allocate.
 */
final class ChannelTable {
    private static final int SMALLEST = 16;

    private @Nullable Channel[] slots = new @Nullable Channel[SMALLEST];
    private int size;

    @Nullable
    Channel get(int number) {
        int mask = slots.length - 1;
        for (int i = home(number, mask); ; i = (i + 1) & mask) {
            Channel channel = slots[i];
            if (channel == null || channel.number() == number) {
                return channel;
            }
        }
    }

    /** Adds a channel whose number is set and not in the table. */
    void put(Channel channel) {
        if ((size + 1) * 2 > slots.length) {
            resize(slots.length * 2);
        }
        insert(channel);
        size++;
    }

    void remove(int number) {
        int mask = slots.length - 1;
        int i = home(number, mask);
        while (true) {
            Channel channel = slots[i];
            if (channel == null) {
                return;
            }
            if (channel.number() == number) {
                break;
            }
            i = (i + 1) & mask;
        }
        slots[i] = null;
        size--;
        // Closes the gap: entries behind it that probed over it move up.
        for (int j = (i + 1) & mask; ; j = (j + 1) & mask) {
            Channel moved = slots[j];
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
    List<Channel> toList() {
        List<Channel> list = new ArrayList<>(size);
        for (Channel channel : slots) {
            if (channel != null) {
                list.add(channel);
            }
        }
        return list;
    }

    private void insert(Channel channel) {
        int mask = slots.length - 1;
        int i = home(channel.number(), mask);
        while (slots[i] != null) {
            i = (i + 1) & mask;
        }
        slots[i] = channel;
    }

    private void resize(int length) {
        @Nullable Channel[] old = slots;
        slots = new @Nullable Channel[length];
        for (Channel channel : old) {
            if (channel != null) {
                insert(channel);
            }
        }
    }

    // All numbers that one side opens have the same lowest bit, so it must not choose the slot.
    private static int home(int number, int mask) {
        return (number >>> 1) & mask;
    }
}
