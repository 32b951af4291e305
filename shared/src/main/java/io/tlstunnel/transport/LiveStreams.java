package io.tlstunnel.transport;

import io.tlstunnel.mux.Stream;
import io.tlstunnel.mux.StreamListener;
import io.tlstunnel.wire.ResetCode;
import io.vertx.core.Context;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The streams that run, by what they belong to, so that all of one proxy can be ended. Any thread.
 *
 * @param <K> what they belong to
 */
public final class LiveStreams<K> {
    private record Running(Context context, Stream stream) {}

    private final Map<K, Set<Running>> byOwner = new ConcurrentHashMap<>();

    /**
     * Counts a stream in. Returns what is to be told of its end, which counts it out and tells {@code listener}.
     *
     * @param context the stream's
     */
    public StreamListener track(K owner, Context context, Stream stream, StreamListener listener) {
        final Running running = new Running(context, stream);
        byOwner.compute(owner, (key, known) -> {
            final Set<Running> streams = known == null ? ConcurrentHashMap.newKeySet() : known;
            streams.add(running);
            return streams;
        });
        return (ended, outcome) -> {
            byOwner.computeIfPresent(owner, (key, streams) -> {
                streams.remove(running);
                return streams.isEmpty() ? null : streams;
            });
            listener.finished(ended, outcome);
        };
    }

    /** Resets every stream that was counted in for that owner before. */
    public void reset(K owner, ResetCode code, String reason) {
        byOwner.getOrDefault(owner, Set.of())
                .forEach(running -> running.context()
                        .runOnContext(ignored -> running.stream().reset(code, reason)));
    }
}
