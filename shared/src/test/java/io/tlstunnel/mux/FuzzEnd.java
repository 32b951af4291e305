package io.tlstunnel.mux;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.tlstunnel.mux.resume.SessionStreams;
import io.tlstunnel.mux.resume.StreamHandle;
import io.tlstunnel.mux.resume.SuspendedStreams;
import io.tlstunnel.mux.resume.Tombstones;
import io.tlstunnel.wire.Endpoint;
import io.tlstunnel.wire.ResetCode;
import io.tlstunnel.wire.StreamId;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * The end under test, as a client or a node has it: the streams of one session, its budget, and threads in virtual time.
 * A client takes streams and asks to go on; a node opens them, opens them again, and answers.
 */
final class FuzzEnd {
    static final long INCARNATION = 1;

    private static final Endpoint NOBODY = new Endpoint(new byte[4], 1);
    private static final long LONGEST_DIAL_NANOS = 5_000_000;

    enum Kind {
        CLIENT,
        NODE
    }

    /** A stream here, with its far socket and its end. */
    static final class Life implements StreamListener {
        final Stream stream;
        final FuzzFarSocket far;

        @Nullable
        StreamOutcome ended;

        Life(Stream stream, FuzzFarSocket far) {
            this.stream = stream;
            this.far = far;
        }

        @Override
        public void finished(Stream over, StreamOutcome outcome) {
            if (ended != null) {
                throw new AssertionError("stream " + over.id() + " ended twice");
            }
            ended = outcome;
        }
    }

    final FuzzShape shape;
    final ManualTimers timers = new ManualTimers();
    final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false, true);
    final MemoryBudget budget;
    final SessionStreams streams;
    final List<Life> lives = new ArrayList<>();
    final SimThread control;
    private final List<SimThread> loops;
    private final SplittableRandom random;
    private long opened;

    FuzzEnd(FuzzShape shape, SplittableRandom random) {
        this.shape = shape;
        this.random = random;
        this.budget = new MemoryBudget(shape.budget());
        this.control = new SimThread(timers, random);
        this.loops = List.of(control, new SimThread(timers, random));
        long timeout = FuzzShape.RESUME_TIMEOUT.toNanos();
        Tombstones tombstones = new Tombstones(FuzzShape.RESUME_TIMEOUT, timers::nanoTime);
        SuspendedStreams suspended = new SuspendedStreams(budget);
        this.streams = shape.kind() == Kind.CLIENT
                ? SessionStreams.inClient(control, tombstones, suspended, timeout)
                : SessionStreams.atNode(control, tombstones, suspended, timeout);
    }

    SimThread loop() {
        return loops.get(random.nextInt(loops.size()));
    }

    /** A visitor comes. */
    void open(FuzzTunnel on) {
        StreamId id = new StreamId(INCARNATION, ++opened);
        Stream stream = on.tunnel().open(new OpenRequest(id, "p", 1, NOBODY, NOBODY, opened));
        Life life = adopt(stream, on).life();
        life.far.start(stream);
        stream.attach(life.far);
        if (stream.isSuspended()) {
            streams.waitForTunnel(stream, LONGEST_DIAL_NANOS);
        }
        on.tunnel().readComplete();
    }

    /** The peer has opened a stream. */
    void opened(Stream stream, FuzzTunnel on) {
        if (!shape.takesPeers()) {
            stream.reset(ResetCode.FORBIDDEN, "this client may not open streams");
            return;
        }
        Adopted adopted = adopt(stream, on);
        boolean refused = random.nextInt(16) == 0;
        timers.schedule(
                random.nextLong(LONGEST_DIAL_NANOS),
                () -> adopted.handle().run(() -> dialled(adopted.life(), refused)));
    }

    private static void dialled(Life life, boolean refused) {
        if (refused) {
            life.stream.reset(ResetCode.SERVICE_REFUSED, "refused by the script");
        } else if (!life.stream.isFinished()) {
            life.far.start(life.stream);
            life.stream.accept(life.far);
        }
    }

    private record Adopted(Life life, StreamHandle handle) {}

    private Adopted adopt(Stream stream, FuzzTunnel on) {
        Life life = new Life(stream, new FuzzFarSocket(timers, allocator, shape.script(random)));
        lives.add(life);
        return new Adopted(life, streams.add(stream, on, new SameSocket(stream), life));
    }

    // ---- what it holds, and has done --------------------------------------------------------------------------------

    /** What is wrong with what it holds now, or null. */
    @Nullable
    String overBudget() {
        return Budgets.exceeded(
                budget,
                lives.stream()
                        .map(life -> life.stream)
                        .filter(stream -> !stream.isFinished())
                        .toList(),
                shape.floor());
    }

    /** What is left when every tunnel has been gone for long, or null. */
    @Nullable
    String leftOver() {
        for (Life life : lives) {
            if (life.ended == null) {
                return "stream " + life.stream.id() + " never ends";
            }
            if (life.far.isStarted() && !life.far.isOver()) {
                return "the far socket of stream " + life.stream.id() + " never ends, but " + life.ended;
            }
        }
        if (streams.size() > 0) {
            return streams.size() + " streams are left in the registry";
        }
        if (budget.used() != 0) {
            return "the budget has " + budget.used() + " used";
        }
        if (timers.waiting() > 0) {
            return timers.waiting() + " timers are left";
        }
        long unreleased =
                allocator.metric().usedHeapMemory() + allocator.metric().usedDirectMemory();
        return unreleased != 0 ? unreleased + " bytes of buffers were never released" : null;
    }

    /** Streams that ended by half-closes of both sides. */
    long clean() {
        int clean = 0;
        for (Life life : lives) {
            clean += life.ended instanceof StreamOutcome.Clean ? 1 : 0;
        }
        return clean;
    }

    /** Bytes that its far sockets have said. */
    long said() {
        long said = 0;
        for (Life life : lives) {
            said += life.far.said();
        }
        return said;
    }

    /** What its far sockets have told their streams. */
    long events() {
        long events = 0;
        for (Life life : lives) {
            events += life.far.events();
        }
        return events;
    }
}
