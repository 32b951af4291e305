package io.tlstunnel.mux;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Damages messages of a valid conversation, each in one way: a bit, a field, a frame, the order of frames, their borders. */
final class FuzzMutator {
    private static final int MOST_REMEMBERED = 16;
    private static final byte[] NOTHING = {};
    private static final byte[] EDGES = {0, 1, 2, 16, 0x7F, (byte) 0x80, (byte) 0xFF};

    private final SplittableRandom random;
    /** Frames of earlier messages, on whatever tunnel. */
    private final List<byte[]> earlier = new ArrayList<>();
    /** A frame that was held back, and comes with a later message. */
    private byte @Nullable [] late;

    FuzzMutator(SplittableRandom random) {
        this.random = random;
    }

    /** Keeps some of what is sent, to send it again out of place. */
    void remember(FuzzMessage message) {
        if (message.frames() == 0 || random.nextInt(4) != 0) {
            return;
        }
        byte[] frame = frame(message, random.nextInt(message.frames()));
        if (earlier.size() < MOST_REMEMBERED) {
            earlier.add(frame);
        } else {
            earlier.set(random.nextInt(MOST_REMEMBERED), frame);
        }
    }

    /** Damages a message that is not empty; returns what was done to it. */
    String damage(FuzzMessage message) {
        if (late != null && random.nextBoolean()) {
            message.replace(message.length(), message.length(), late);
            late = null;
            return "a frame comes late";
        }
        if (message.fields() > 0 && random.nextInt(3) > 0) {
            return damageField(message);
        }
        return message.frames() > 0 && random.nextBoolean() ? damageOrder(message) : damageBytes(message);
    }

    private String damageField(FuzzMessage message) {
        int field = random.nextInt(message.fields());
        int at = message.fieldAt(field);
        int size = message.fieldSize(field);
        long was = message.get(at, size);
        long value = edge(message, was, size);
        message.set(at, value, size);
        return "the field of " + size + " bytes at " + at + " is " + value + ", was " + was;
    }

    private long edge(FuzzMessage message, long was, int size) {
        long greatest = -1L >>> (64 - 8 * size);
        return switch (random.nextInt(10)) {
            case 0 -> 0;
            case 1 -> 1;
            case 2 -> was + 1;
            case 3 -> was - 1;
            case 4 -> was + 2;
            case 5 -> was - 2;
            case 6 -> greatest;
            case 7 -> greatest >>> 1;
            case 8 -> random.nextLong();
            default -> message.get(message.fieldAt(random.nextInt(message.fields())), 1);
        };
    }

    private String damageOrder(FuzzMessage message) {
        int count = message.frames();
        int index = random.nextInt(count);
        int from = message.frame(index);
        byte[] frame = frame(message, index);
        int other = message.frame(random.nextInt(count + 1));
        switch (random.nextInt(5)) {
            case 0 -> {
                message.replace(from, from + frame.length, NOTHING);
                return "a frame is lost";
            }
            case 1 -> {
                message.replace(other, other, frame);
                return "a frame comes twice";
            }
            case 2 -> {
                message.replace(from, from + frame.length, NOTHING);
                int to = other > from ? other - frame.length : other;
                message.replace(to, to, frame);
                return "a frame changes its place";
            }
            case 3 -> {
                late = frame;
                message.replace(from, from + frame.length, NOTHING);
                return "a frame is held back";
            }
            default -> {
                byte[] old = earlier.isEmpty() ? frame : earlier.get(random.nextInt(earlier.size()));
                message.replace(other, other, old);
                return "an earlier frame comes again";
            }
        }
    }

    private String damageBytes(FuzzMessage message) {
        int length = message.length();
        int at = random.nextInt(length);
        int run = Math.min(1 + random.nextInt(8), length - at);
        byte[] bytes = message.bytes();
        switch (random.nextInt(6)) {
            case 0 -> {
                bytes[at] ^= (byte) (1 << random.nextInt(8));
                return "a bit is flipped at " + at;
            }
            case 1 -> {
                bytes[at] = EDGES[random.nextInt(EDGES.length)];
                return "a byte is set at " + at;
            }
            case 2 -> {
                message.replace(at, length, NOTHING);
                return "the message ends at " + at;
            }
            case 3 -> {
                message.replace(at, at + run, NOTHING);
                return run + " bytes are lost at " + at;
            }
            case 4 -> {
                byte[] more = new byte[run];
                random.nextBytes(more);
                message.replace(at, at, more);
                return run + " bytes are put in at " + at;
            }
            default -> {
                System.arraycopy(bytes, at, bytes, random.nextInt(length - run + 1), run);
                return run + " bytes from " + at + " stand elsewhere too";
            }
        }
    }

    private static byte[] frame(FuzzMessage message, int index) {
        return Arrays.copyOfRange(message.bytes(), message.frame(index), message.frame(index + 1));
    }
}
