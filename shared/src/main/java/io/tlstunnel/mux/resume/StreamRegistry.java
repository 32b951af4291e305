package io.tlstunnel.mux.resume;

import io.tlstunnel.mux.StreamOutcome;
import io.tlstunnel.mux.Tunnel;
import io.tlstunnel.wire.ResetCode;
import io.tlstunnel.wire.ResumeAnswer;
import io.tlstunnel.wire.ResumeEntry;
import io.tlstunnel.wire.StreamId;
import io.tlstunnel.wire.StreamState;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The streams of one session at this end, and what it knows of those that ended. Any thread. */
final class StreamRegistry {
    private final Tombstones tombstones;
    private final long timeoutNanos;
    private final Map<StreamId, StreamHandle> live = new ConcurrentHashMap<>();

    /** @param timeoutNanos {@code resume_timeout} */
    StreamRegistry(Tombstones tombstones, long timeoutNanos) {
        this.tombstones = tombstones;
        this.timeoutNanos = timeoutNanos;
    }

    /** Returns false if a stream with that id lives already. */
    boolean add(StreamHandle handle) {
        return live.putIfAbsent(handle.id(), handle) == null;
    }

    /** The stream is over. On its thread. */
    void ended(StreamHandle handle, StreamOutcome outcome) {
        tombstones.add(this, handle.id(), outcome, handle.stream().bytesSent());
        live.remove(handle.id(), handle);
        handle.ended();
    }

    /** The live stream with that id, or null. */
    @Nullable
    StreamHandle find(StreamId id) {
        return live.get(id);
    }

    /** Whether a stream with that id ended lately. */
    boolean hasEnded(StreamId id) {
        return tombstones.find(this, id) != null;
    }

    /** Live streams. */
    int size() {
        return live.size();
    }

    /** Ends every stream: the session is over. */
    void abandonAll(ResetCode code, String reason) {
        live.values().forEach(handle -> handle.run(() -> handle.stream().end(code, reason)));
    }

    /**
     * The peer's RESUME, which came over {@code tunnel}: the stream leaves whatever tunnel it is on and goes on there. On
     * the thread of {@code tunnel}.
     */
    void resume(TunnelHandle tunnel, ResumeEntry entry) {
        StreamHandle handle = find(entry.stream());
        if (handle == null) {
            answerEnded(tunnel.tunnel(), entry);
        } else {
            handle.run(() -> takeOver(handle, tunnel, entry));
        }
    }

    private void takeOver(StreamHandle handle, TunnelHandle tunnel, ResumeEntry entry) {
        if (handle.stream().isFinished()) {
            tunnel.run(() -> {
                answerEnded(tunnel.tunnel(), entry);
                tunnel.flushSoon();
            });
        } else if (entry.attach() > handle.stream().attachNumber()) {
            Tunnel.release(handle.stream(), handle.home().nanoTime());
            handle.move(tunnel, () -> {
                if (tunnel.tunnel().answer(handle.stream(), entry)) {
                    tunnel.flushSoon();
                } else {
                    handle.expireAfter(timeoutNanos);
                }
            });
        } else {
            tunnel.run(() -> tunnel.tunnel().tooLate(entry));
        }
    }

    private void answerEnded(Tunnel tunnel, ResumeEntry entry) {
        Tombstones.Tombstone tombstone = tombstones.find(this, entry.stream());
        if (tombstone == null) {
            tunnel.answer(entry, ResumeAnswer.GONE, new StreamState.Open());
        } else if (tombstone.outcome() instanceof StreamOutcome.Reset reset) {
            tunnel.answer(entry, ResumeAnswer.RESET, new StreamState.Reset(reset.code(), tombstone.sent()));
        } else {
            tunnel.answer(entry, ResumeAnswer.ENDED, new StreamState.Open());
        }
    }
}
