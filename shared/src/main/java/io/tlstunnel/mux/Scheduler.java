package io.tlstunnel.mux;

import io.tlstunnel.wire.Frame;
import io.tlstunnel.wire.FrameLists;
import io.tlstunnel.wire.ResumeEntry;
import io.tlstunnel.wire.ResumedEntry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides what a tunnel writes next. Pulls: control frames and WINDOWs go first, then sparse streams (as in FQ-CoDel, RFC
 * 8290), then the others take turns by deficit round-robin (Shreedhar and Varghese, 1995), all only as far as the carrier
 * takes it, and what is not sparse as far as the path holds it. A far socket whose data could not leave is not read.
 */
final class Scheduler {

    /** WINDOW follows the last consumption after that long at the latest, so that nothing stays unacknowledged. */
    private static final long ACKNOWLEDGE_AFTER_NANOS = 20_000_000;

    /** What a stream's deficit grows by in each turn: one largest frame. */
    private static final int QUANTUM = 64 * 1024;

    /** Control frames that wait for a peer that does not read; more than that is an attack or a fault. */
    private static final int MAX_WAITING_CONTROLS = 1024;

    /** The same for what RESUME causes: a client has no more streams than that. */
    private static final int MAX_WAITING_ANSWERS = 64 * 1024;

    private final Carrier carrier;
    private final Timers timers;
    private final FrameWriter writer;
    private final Runnable flooded;
    private final Runnable pumped;

    private final ArrayDeque<Frame> controls = new ArrayDeque<>();
    /** Channels whose RESUME is due. */
    private final ArrayDeque<Channel> asking = new ArrayDeque<>();
    /** Channels whose RESUMED is due. */
    private final ArrayDeque<Channel> answering = new ArrayDeque<>();
    /** Answers about streams that do not go on here. */
    private final ArrayDeque<ResumedEntry> answers = new ArrayDeque<>();
    /** Numbers of channels that streams have left while the tunnel lives. */
    private final ArrayDeque<Integer> left = new ArrayDeque<>();

    private final Flight flight = new Flight();
    private final ArrayDeque<Channel> sparse = new ArrayDeque<>();
    private final ArrayDeque<Channel> ready = new ArrayDeque<>();
    private final ArrayDeque<Channel> paused = new ArrayDeque<>();
    private final List<Channel> unacknowledged = new ArrayList<>();
    private final List<Channel> touched = new ArrayList<>();
    private Timers.@Nullable Timer acknowledgeTimer;
    private boolean acknowledgeNow;
    private Frame.@Nullable Pong pong;
    private boolean pumping;
    private boolean inTurn;
    private boolean takingTurns;
    private boolean stopped;

    /**
     * @param flooded runs when the peer asks for more answers than it reads
     * @param pumped runs when everything is written that could be
     */
    Scheduler(Carrier carrier, Timers timers, Runnable flooded, Runnable pumped) {
        this.carrier = carrier;
        this.timers = timers;
        this.writer = new FrameWriter(carrier);
        this.flooded = flooded;
        this.pumped = pumped;
    }

    /** Queues a frame on channel 0. */
    void control(Frame frame) {
        controls.addLast(frame);
        if (controls.size() > MAX_WAITING_CONTROLS) {
            flooded.run();
        }
    }

    /** Queues the RESET that refuses what a node has opened: it may open as many streams as a client has. */
    void refuse(Frame.Reset reset) {
        controls.addLast(reset);
        if (controls.size() > MAX_WAITING_ANSWERS) {
            flooded.run();
        }
    }

    /** Queues the answer to a PING. One at a time: a peer that floods without reading costs nothing. */
    void pong(Frame.Pong answer) {
        pong = answer;
    }

    /** The stream on that channel asks to go on. */
    void ask(Channel channel) {
        asking.addLast(channel);
    }

    /** The stream on that channel goes on. */
    void answer(Channel channel) {
        answering.addLast(channel);
        boundAnswers();
    }

    /** Queues the answer about a stream that does not go on here. */
    void answer(ResumedEntry entry) {
        answers.addLast(entry);
        boundAnswers();
    }

    private void boundAnswers() {
        if (answers.size() + answering.size() + left.size() > MAX_WAITING_ANSWERS) {
            flooded.run();
        }
    }

    /** A stream has left that channel. */
    void left(int number) {
        left.addLast(number);
        boundAnswers();
    }

    /** The stream on that channel has something to write. */
    void ready(Channel channel) {
        if (!channel.inReady) {
            channel.inReady = true;
            (isSparse(channel) ? sparse : ready).addLast(channel);
        }
    }

    private boolean isSparse(Channel channel) {
        return channel.share.isSparse(flight.sent(), ready.size() + paused.size());
    }

    /** Whether the stream may read its far socket now; if not, it is asked again when the carrier takes more. */
    boolean mayRead(Channel channel) {
        // Behind those that wait already: turns are taken by reading.
        if ((canWrite() && (takingTurns || paused.isEmpty())) || isSparse(channel)) {
            return true;
        }
        if (!channel.inPaused) {
            channel.inPaused = true;
            paused.addLast(channel);
        }
        return false;
    }

    /** The far socket has taken something that the peer has to hear of. */
    void consumed(Channel channel) {
        ChannelEnd end = channel.end();
        if (stopped || end == null) {
            return;
        }
        unacknowledged(channel);
        if (end.windowDue()) {
            acknowledgeNow = true;
            if (!inTurn) {
                pump();
            }
        } else if (acknowledgeTimer == null) {
            acknowledgeTimer = timers.schedule(ACKNOWLEDGE_AFTER_NANOS, this::acknowledgeLate);
        }
    }

    private void unacknowledged(Channel channel) {
        if (!channel.inUnacknowledged) {
            channel.inUnacknowledged = true;
            unacknowledged.add(channel);
        }
    }

    /** The WINDOW of that channel goes out with the next {@link #pump}. */
    void windowDue(Channel channel) {
        if (!stopped) {
            unacknowledged(channel);
            acknowledgeNow = true;
        }
    }

    private void acknowledgeLate() {
        acknowledgeTimer = null;
        acknowledgeNow = true;
        pump();
    }

    /** The far socket of the stream on that channel got bytes in this turn and is flushed at its end. */
    void touched(Channel channel) {
        int last = touched.size() - 1;
        if (last < 0 || touched.get(last) != channel) {
            touched.add(channel);
        }
    }

    /** A read turn of the carrier or of a far socket is over. */
    void turnEnded() {
        if (inTurn) {
            return;
        }
        inTurn = true;
        flushTouched();
        inTurn = false;
        writable();
    }

    private void flushTouched() {
        // By index: a flush may touch a further socket.
        for (int i = 0; i < touched.size(); i++) {
            Stream stream = touched.get(i).stream();
            if (stream != null) {
                stream.flushFar();
            }
        }
        touched.clear();
    }

    /** The carrier may take more, or the path. */
    void writable() {
        pump();
        takingTurns = true;
        Channel channel;
        while (canWrite() && (channel = paused.poll()) != null) {
            channel.inPaused = false;
            Stream stream = channel.stream();
            if (stream != null) {
                stream.wantRead();
            }
        }
        takingTurns = false;
    }

    /** Writes what may be written. */
    void pump() {
        if (pumping || stopped) {
            return;
        }
        pumping = true;
        try {
            do {
                writeControls();
                writeResumes();
                writeWindows();
                writeStreams();
                writer.flush();
            } while (!stopped && carrier.isWritable() && hasWork());
        } finally {
            pumping = false;
        }
        pumped.run();
    }

    private boolean hasWork() {
        return !sparse.isEmpty()
                || (!ready.isEmpty() && flight.hasRoom())
                || !controls.isEmpty()
                || acknowledgeNow
                || pong != null
                || !asking.isEmpty()
                || !answering.isEmpty()
                || !answers.isEmpty()
                || !left.isEmpty();
    }

    private void writeControls() {
        while (carrier.isWritable() && !controls.isEmpty()) {
            writer.write(controls.removeFirst());
        }
        if (pong != null && carrier.isWritable()) {
            writer.write(pong);
            pong = null;
        }
    }

    private void writeResumes() {
        if (!carrier.isWritable()) {
            return;
        }
        Integer number;
        while (carrier.isWritable() && (number = left.poll()) != null) {
            writer.write(new Frame.Detached(number));
        }
        if (!asking.isEmpty()) {
            writeAsking();
        }
        if (!answering.isEmpty() || !answers.isEmpty()) {
            writeAnswers();
        }
    }

    private void writeAsking() {
        List<ResumeEntry> entries = new ArrayList<>(asking.size());
        Channel channel;
        while ((channel = asking.poll()) != null) {
            ChannelEnd end = channel.end();
            if (end != null) {
                channel.tunnel().number(channel);
                entries.add(end.resumeEntry());
            }
        }
        FrameLists.resume(entries).forEach(writer::write);
    }

    private void writeAnswers() {
        List<ResumedEntry> entries = new ArrayList<>(answering.size() + answers.size());
        List<ChannelEnd> goOn = new ArrayList<>(answering.size());
        Channel channel;
        while ((channel = answering.poll()) != null) {
            ChannelEnd end = channel.end();
            if (end != null) {
                entries.add(end.resumedEntry());
                goOn.add(end);
            }
        }
        entries.addAll(answers);
        answers.clear();
        FrameLists.resumed(entries).forEach(writer::write);
        goOn.forEach(ChannelEnd::answered);
    }

    private void writeWindows() {
        if (!acknowledgeNow) {
            return;
        }
        acknowledgeNow = false;
        if (flight.roundTripDue(timers.nanoTime())) {
            probe();
        }
        List<Frame.Window> windows = new ArrayList<>(unacknowledged.size());
        List<ChannelEnd> told = new ArrayList<>(unacknowledged.size());
        for (Channel channel : unacknowledged) {
            channel.inUnacknowledged = false;
            ChannelEnd end = channel.end();
            Frame.Window window = end == null ? null : end.takeWindow();
            if (end != null && window != null) {
                windows.add(window);
                told.add(end);
            }
        }
        unacknowledged.clear();
        if (windows.size() == 1) {
            writer.write(windows.get(0));
        } else {
            FrameLists.windows(windows).forEach(writer::write);
        }
        told.forEach(ChannelEnd::finishIfDone);
    }

    private void writeStreams() {
        while (carrier.isWritable()) {
            Channel channel = sparse.poll();
            if (channel == null && flight.hasRoom()) {
                channel = ready.poll();
            }
            if (channel == null) {
                return;
            }
            channel.inReady = false;
            ChannelEnd end = channel.end();
            if (end != null) {
                turn(channel, end);
            }
        }
    }

    private void turn(Channel channel, ChannelEnd end) {
        channel.deficit += QUANTUM;
        int bytes = end.emit(writer, channel.deficit);
        channel.deficit -= bytes;
        channel.share.used(bytes);
        flight.sent(bytes);
        if (flight.probeDue() || flight.isUnknown()) {
            probe();
        }
        if (end.hasMore()) {
            ready(channel);
        } else {
            channel.deficit = 0;
        }
    }

    private void probe() {
        writer.write(flight.probe(timers.nanoTime()));
    }

    /** Writes a PING now. */
    void ping() {
        if (!stopped) {
            probe();
            writer.flush();
        }
    }

    /**
     * A PONG has come.
     *
     * @return round trip in nanoseconds, or -1 if it answers nothing that was asked
     */
    long ponged(Frame.Pong answer) {
        return flight.answered(answer.opaque(), timers.nanoTime());
    }

    Flight flight() {
        return flight;
    }

    private boolean canWrite() {
        return carrier.isWritable() && flight.hasRoom();
    }

    /** Writes the control frames that wait, whatever the carrier says, and nothing ever after. */
    void lastWords() {
        controls.forEach(writer::write);
        controls.clear();
        writer.flush();
        stop();
    }

    /** Nothing is written any more. Idempotent. */
    void stop() {
        stopped = true;
        if (acknowledgeTimer != null) {
            acknowledgeTimer.cancel();
            acknowledgeTimer = null;
        }
        writer.release();
        flushTouched();
        asking.clear();
        answering.clear();
        answers.clear();
        left.clear();
        sparse.clear();
        ready.clear();
        paused.clear();
        unacknowledged.clear();
        controls.clear();
    }
}
