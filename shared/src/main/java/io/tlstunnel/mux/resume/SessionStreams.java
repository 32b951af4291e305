package io.tlstunnel.mux.resume;

import io.tlstunnel.mux.Stream;
import io.tlstunnel.mux.StreamListener;
import io.tlstunnel.mux.TunnelListener.Known;
import io.tlstunnel.wire.Frame;
import io.tlstunnel.wire.ResetCode;
import io.tlstunnel.wire.ResumeEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** The streams of one session at one end, on whatever tunnels. Any thread, where nothing else is said. */
public final class SessionStreams {
    private final StreamRegistry registry;
    private final Resumption resumption;
    private final SuspendedStreams suspended;

    private SessionStreams(StreamRegistry registry, Resumption resumption, SuspendedStreams suspended) {
        this.registry = registry;
        this.resumption = resumption;
        this.suspended = suspended;
    }

    /**
     * In a client, which asks for its streams when their tunnel is lost.
     *
     * @param control runs its tasks one after the other, on the control thread
     * @param timeoutNanos {@code resume_timeout}: a stream that has not gone on by then is reset
     */
    public static SessionStreams inClient(
            Executor control, Tombstones tombstones, SuspendedStreams suspended, long timeoutNanos) {
        return new SessionStreams(
                new StreamRegistry(tombstones, timeoutNanos), Resumption.asking(control, timeoutNanos), suspended);
    }

    /** At a node, where the streams of a lost tunnel wait to be asked for; those unanswered are opened again. */
    public static SessionStreams atNode(
            Executor control, Tombstones tombstones, SuspendedStreams suspended, long timeoutNanos) {
        return new SessionStreams(
                new StreamRegistry(tombstones, timeoutNanos), Resumption.reopening(control, timeoutNanos), suspended);
    }

    /**
     * A stream begins on {@code tunnel}; on its thread.
     *
     * @param listener told of its end
     */
    public StreamHandle add(Stream stream, TunnelHandle tunnel, Companion companion, StreamListener listener) {
        StreamHandle handle = new StreamHandle(stream, tunnel, companion, suspended);
        boolean first = registry.add(handle);
        stream.listener((over, outcome) -> {
            registry.ended(handle, outcome);
            listener.finished(over, outcome);
        });
        if (!first) {
            // Its OPEN and the repeated one came by two tunnels in the same moment.
            stream.reset(ResetCode.CANCELLED, "the stream lives already");
        }
        return handle;
    }

    /** What is known of the stream that an OPEN over {@code tunnel} names, which goes on if the OPEN is a repeated one. */
    public Known lookUp(TunnelHandle tunnel, Frame.Open open) {
        return resumption.lookUp(registry, tunnel, open);
    }

    /** The peer's RESUME, which came over {@code tunnel}; on its thread. */
    public void resume(TunnelHandle tunnel, ResumeEntry entry) {
        registry.resume(tunnel, entry);
    }

    /** A tunnel is up. On the control thread. */
    public void up(TunnelHandle tunnel) {
        resumption.up(tunnel);
    }

    /** A tunnel takes no more, or is gone. On the control thread. */
    public void down(TunnelHandle tunnel) {
        resumption.down(tunnel);
    }

    /** {@code tunnel} is gone, and these were on it. On its thread. */
    public void suspended(TunnelHandle tunnel, List<Stream> streams) {
        List<StreamHandle> handles = new ArrayList<>(streams.size());
        for (Stream stream : streams) {
            StreamHandle handle = find(stream);
            if (handle != null) {
                handles.add(handle);
            } else {
                abandon(stream);
            }
        }
        resumption.suspended(tunnel, handles);
    }

    /** The stream has lost its way though its tunnel lives. On its thread. */
    public void detached(Stream stream) {
        StreamHandle handle = find(stream);
        if (handle != null) {
            resumption.detached(handle);
        } else {
            abandon(stream);
        }
    }

    /** The stream has no tunnel yet and waits for one, at most that long. On its thread. */
    public void waitForTunnel(Stream stream, long nanos) {
        StreamHandle handle = find(stream);
        if (handle != null) {
            resumption.waitForTunnel(handle, nanos);
        }
    }

    /** The stream asked to go on, and its other end could not be reached. On its thread. */
    public void unreachable(Stream stream) {
        StreamHandle handle = find(stream);
        if (handle != null) {
            resumption.unreachable(handle);
        } else {
            abandon(stream);
        }
    }

    /** It was refused before it belonged to the session, and only waited for its RESET to be answered. */
    private static void abandon(Stream stream) {
        stream.abandon(ResetCode.SESSION_ENDED, "the tunnel was lost");
    }

    private @Nullable StreamHandle find(Stream stream) {
        StreamHandle handle = registry.find(stream.id());
        return handle == null || handle.stream() != stream ? null : handle;
    }

    /** The stream was not passed on by a relay, and nothing of it was. On its thread. */
    public void refused(Stream stream) {
        StreamHandle handle = find(stream);
        if (handle != null) {
            resumption.refused(handle);
        } else {
            abandon(stream);
        }
    }

    /** Ends every stream: the session is over. */
    public void abandonAll(ResetCode code, String reason) {
        registry.abandonAll(code, reason);
    }

    /** Streams that are not over. */
    public int size() {
        return registry.size();
    }
}
