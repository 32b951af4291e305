package io.tlstunnel.mux;

import io.tlstunnel.wire.Frame;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides what a tunnel writes next. Pulls: control frames and WINDOWs go first, then streams that are ready take turns
 * by deficit round-robin (Shreedhar and Varghese, 1995), all only as far as the carrier takes it. A far socket whose
 * data could not leave is not read.
 */
final class Scheduler {

    /** WINDOW follows the last consumption after that long at the latest, so that nothing stays unacknowledged. */
    private static final long ACKNOWLEDGE_AFTER_NANOS = 20_000_000;

    /** What a stream's deficit grows by in each turn: one largest frame. */
    private static final int QUANTUM = 64 * 1024;

    /** WINDOWs in one WINDOWS frame: 20 bytes each, below the 64 KiB that a frame may have. */
    private static final int WINDOWS_PER_FRAME = 1024;

    /** Control frames that wait for a peer that does not read; more than that is an attack or a fault. */
    private static final int MAX_WAITING_CONTROLS = 1024;

    private final Carrier carrier;
    private final Timers timers;
    private final FrameWriter writer;
    private final Runnable flooded;

    private final ArrayDeque<Frame> controls = new ArrayDeque<>();
    private final ArrayDeque<Stream> ready = new ArrayDeque<>();
    private final ArrayDeque<Stream> paused = new ArrayDeque<>();
    private final List<Stream> unacknowledged = new ArrayList<>();
    private final List<FarSocket> touched = new ArrayList<>();
    private Timers.@Nullable Timer acknowledgeTimer;
    private boolean acknowledgeNow;
    private Frame.@Nullable Pong pong;
    private boolean pumping;
    private boolean inTurn;
    private boolean stopped;

    /** @param flooded runs when the peer asks for more answers than it reads */
    Scheduler(Carrier carrier, Timers timers, Runnable flooded) {
        this.carrier = carrier;
        this.timers = timers;
        this.writer = new FrameWriter(carrier);
        this.flooded = flooded;
    }

    /** Queues a frame on channel 0. */
    void control(Frame frame) {
        controls.addLast(frame);
        if (controls.size() > MAX_WAITING_CONTROLS) {
            flooded.run();
        }
    }

    /** Queues the answer to a PING. One at a time: a peer that floods without reading costs nothing. */
    void pong(Frame.Pong answer) {
        pong = answer;
    }

    /** The stream has something to write. */
    void ready(Stream stream) {
        if (!stream.inReady) {
            stream.inReady = true;
            ready.addLast(stream);
        }
    }

    /** Whether the stream may read its far socket now; if not, it is asked again when the carrier takes more. */
    boolean mayRead(Stream stream) {
        if (carrier.isWritable()) {
            return true;
        }
        if (!stream.inPaused) {
            stream.inPaused = true;
            paused.addLast(stream);
        }
        return false;
    }

    /** The far socket has taken something that the peer has to hear of. */
    void consumed(Stream stream) {
        if (stopped) {
            return;
        }
        if (!stream.inUnacknowledged) {
            stream.inUnacknowledged = true;
            unacknowledged.add(stream);
        }
        if (stream.windowDue()) {
            acknowledgeNow = true;
            if (!inTurn) {
                pump();
            }
        } else if (acknowledgeTimer == null) {
            acknowledgeTimer = timers.schedule(ACKNOWLEDGE_AFTER_NANOS, this::acknowledgeLate);
        }
    }

    private void acknowledgeLate() {
        acknowledgeTimer = null;
        acknowledgeNow = true;
        pump();
    }

    /** The socket got bytes in this turn and is flushed at its end. */
    void touched(FarSocket socket) {
        int last = touched.size() - 1;
        if (last < 0 || touched.get(last) != socket) {
            touched.add(socket);
        }
    }

    /** A read turn of the carrier or of a far socket is over. */
    void turnEnded() {
        if (inTurn) {
            return;
        }
        inTurn = true;
        // By index: a flush may touch a further socket.
        for (int i = 0; i < touched.size(); i++) {
            touched.get(i).flush();
        }
        touched.clear();
        inTurn = false;
        pump();
    }

    /** The carrier takes more. */
    void writable() {
        pump();
        while (carrier.isWritable()) {
            Stream stream = paused.poll();
            if (stream == null) {
                return;
            }
            stream.inPaused = false;
            stream.wantRead();
        }
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
                writeWindows();
                writeStreams();
                writer.flush();
            } while (!stopped && carrier.isWritable() && hasWork());
        } finally {
            pumping = false;
        }
    }

    private boolean hasWork() {
        return !ready.isEmpty() || !controls.isEmpty() || acknowledgeNow || pong != null;
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

    private void writeWindows() {
        if (!acknowledgeNow) {
            return;
        }
        acknowledgeNow = false;
        List<Frame.Window> windows = new ArrayList<>(unacknowledged.size());
        for (Stream stream : unacknowledged) {
            stream.inUnacknowledged = false;
            Frame.Window window = stream.takeWindow();
            if (window != null) {
                windows.add(window);
            }
        }
        for (int from = 0; from < windows.size(); from += WINDOWS_PER_FRAME) {
            List<Frame.Window> part = windows.subList(from, Math.min(windows.size(), from + WINDOWS_PER_FRAME));
            writer.write(part.size() == 1 ? part.get(0) : new Frame.Windows(List.copyOf(part)));
        }
        List<Stream> told = List.copyOf(unacknowledged);
        unacknowledged.clear();
        told.forEach(Stream::finishIfDone);
    }

    private void writeStreams() {
        while (carrier.isWritable()) {
            Stream stream = ready.poll();
            if (stream == null) {
                return;
            }
            stream.inReady = false;
            if (stream.emit(writer, QUANTUM)) {
                ready(stream);
            }
        }
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
        ready.clear();
        paused.clear();
        unacknowledged.clear();
        touched.clear();
        controls.clear();
    }
}
