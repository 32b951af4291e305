package io.tlstunnel.transport;

import io.tlstunnel.mux.Stream;
import io.tlstunnel.mux.resume.StreamHandle;
import io.tlstunnel.wire.ResetCode;
import io.tlstunnel.wire.StreamId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The streams that run, by what they belong to, so that all of one proxy can be ended. Any thread.
 *
 * @param <K> what they belong to
 */
public final class LiveStreams<K> {
    private final Map<K, Map<StreamId, StreamHandle>> byOwner = new ConcurrentHashMap<>();

    /** Counts a stream in; {@link #untrack} counts it out. */
    public void track(K owner, StreamHandle handle) {
        byOwner.compute(owner, (key, known) -> {
            Map<StreamId, StreamHandle> streams = known == null ? new ConcurrentHashMap<>() : known;
            streams.put(handle.id(), handle);
            return streams;
        });
    }

    /** The stream is over. */
    public void untrack(K owner, Stream stream) {
        byOwner.computeIfPresent(owner, (key, streams) -> {
            streams.remove(stream.id());
            return streams.isEmpty() ? null : streams;
        });
    }

    /** Resets every stream that was counted in for that owner before. */
    public void reset(K owner, ResetCode code, String reason) {
        byOwner.getOrDefault(owner, Map.of())
                .values()
                .forEach(handle -> handle.run(() -> handle.stream().reset(code, reason)));
    }
}
