package io.tlstunnel.e2e;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** One end of one stream on a non-blocking socket: says its part, checks every byte of the other's. */
final class Talker {

    /** Longer than any part, so that no two offsets of a stream look alike. */
    private static final int BLOCK = 1 << 20;

    private static final byte[] BYTES = block();
    private static final int VISITOR_SHIFT = 0;
    private static final int SERVICE_SHIFT = BLOCK / 2;

    private final SocketChannel channel;
    private final boolean isVisitor;
    private final long seed;
    private @Nullable StreamPlan plan;
    private @Nullable ByteBuffer prefix = ByteBuffer.allocate(StreamPlan.PREFIX);
    private int said;
    private int heard;
    private boolean finSaid;
    private boolean finHeard;
    private boolean done;
    private @Nullable String fault;

    private Talker(SocketChannel channel, boolean isVisitor, long seed) {
        this.channel = channel;
        this.isVisitor = isVisitor;
        this.seed = seed;
    }

    static Talker visitor(SocketChannel channel, StreamPlan plan) {
        Talker talker = new Talker(channel, true, 0);
        talker.plan = plan;
        return talker;
    }

    /** Learns its plan from the first bytes. */
    static Talker service(SocketChannel channel, long seed) {
        return new Talker(channel, false, seed);
    }

    private static byte[] block() {
        byte[] bytes = new byte[BLOCK];
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < BLOCK; i++) {
            bytes[i] = (byte) random.nextInt();
        }
        return bytes;
    }

    boolean isVisitor() {
        return isVisitor;
    }

    boolean isDone() {
        return done;
    }

    /** What went wrong, or null. */
    @Nullable
    String fault() {
        return fault;
    }

    @Override
    public String toString() {
        return (isVisitor ? "visitor " : "service ") + plan + " said " + said + " heard " + heard + " finSaid "
                + finSaid + " finHeard " + finHeard;
    }

    /** Does what can be done now, and says by the key what it waits for. */
    void go(SelectionKey key, ByteBuffer buffer) {
        try {
            if (hear(buffer)) {
                say(buffer);
                leave();
            }
            if (done) {
                channel.close();
            } else {
                key.interestOps(interest());
            }
        } catch (IOException e) {
            broken(e);
        }
    }

    private int interest() {
        int read = finHeard ? 0 : SelectionKey.OP_READ;
        return wantsToSay() ? read | SelectionKey.OP_WRITE : read;
    }

    private boolean wantsToSay() {
        return plan != null && said < mine(plan).length();
    }

    private StreamPlan.Part mine(StreamPlan known) {
        return isVisitor ? known.visitor() : known.service();
    }

    private StreamPlan.Part others(StreamPlan known) {
        return isVisitor ? known.service() : known.visitor();
    }

    // ---- hearing ----------------------------------------------------------------------------------------------------

    private boolean hear(ByteBuffer buffer) throws IOException {
        int got = finHeard ? 0 : channel.read(buffer.clear());
        if (got > 0) {
            check(buffer.flip());
        } else if (got < 0) {
            finHeard = true;
            if (plan == null || heard != others(plan).length()) {
                fail("half-close after " + heard + " bytes");
            } else if (others(plan).leave() == StreamPlan.Leave.RESET) {
                fail("half-close instead of a reset");
            }
        }
        return !done;
    }

    private void check(ByteBuffer got) {
        if (plan == null && prefix != null) {
            while (prefix.hasRemaining() && got.hasRemaining()) {
                prefix.put(got.get());
                heard++;
            }
            if (prefix.hasRemaining()) {
                return;
            }
            plan = StreamPlan.of(seed, prefix.getLong(0));
            prefix = null;
        }
        StreamPlan known = Objects.requireNonNull(plan);
        int shift = isVisitor ? SERVICE_SHIFT : VISITOR_SHIFT;
        while (got.hasRemaining()) {
            if (got.get() != BYTES[index(known.number(), shift, heard)]) {
                fail("another byte than was sent at " + heard);
                return;
            }
            heard++;
        }
        if (heard > others(known).length()) {
            fail("more bytes than were sent: " + heard);
        }
    }

    private static int index(long number, int shift, int offset) {
        return (int) ((number * 7919 + shift + offset) & (BLOCK - 1));
    }

    // ---- saying -----------------------------------------------------------------------------------------------------

    private void say(ByteBuffer buffer) throws IOException {
        StreamPlan known = plan;
        if (known == null || !wantsToSay()) {
            return;
        }
        buffer.clear();
        int from = said;
        if (isVisitor && said < StreamPlan.PREFIX) {
            byte[] number = ByteBuffer.allocate(StreamPlan.PREFIX)
                    .putLong(known.number())
                    .array();
            buffer.put(number, said, StreamPlan.PREFIX - said);
            from = StreamPlan.PREFIX;
        }
        int shift = isVisitor ? VISITOR_SHIFT : SERVICE_SHIFT;
        while (from < mine(known).length() && buffer.hasRemaining()) {
            buffer.put(BYTES[index(known.number(), shift, from++)]);
        }
        said += channel.write(buffer.flip());
    }

    private void leave() throws IOException {
        if (plan == null || wantsToSay() || finSaid) {
            done |= finSaid && finHeard;
            return;
        }
        switch (mine(plan).leave()) {
            case FIN -> sayFin();
            case FIN_LAST -> {
                if (finHeard) {
                    sayFin();
                }
            }
            case RESET -> {
                if (heard > 0) {
                    channel.setOption(StandardSocketOptions.SO_LINGER, 0);
                    done = true;
                }
            }
        }
        done |= finSaid && finHeard;
    }

    private void sayFin() throws IOException {
        channel.shutdownOutput();
        finSaid = true;
    }

    // ---- the end ----------------------------------------------------------------------------------------------------

    private void broken(IOException e) {
        done = true;
        if (plan == null || others(plan).leave() != StreamPlan.Leave.RESET) {
            fault = "broken: " + e.getMessage();
        }
        close();
    }

    private void fail(String what) {
        done = true;
        fault = what;
        close();
    }

    void close() {
        try {
            channel.close();
        } catch (IOException e) {
            fault = "not closed: " + e.getMessage();
        }
    }
}
