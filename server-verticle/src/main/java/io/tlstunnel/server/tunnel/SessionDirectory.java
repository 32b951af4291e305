package io.tlstunnel.server.tunnel;

import io.tlstunnel.mux.MemoryBudget;
import io.tlstunnel.mux.Stream;
import io.tlstunnel.mux.resume.SessionStreams;
import io.tlstunnel.mux.resume.SuspendedStreams;
import io.tlstunnel.mux.resume.Tombstones;
import io.tlstunnel.wire.ResetCode;
import io.tlstunnel.wire.SessionRef;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Every session that any node has a part in, as the visitors of this node need it. Changed on the control context, looked
 * up on any thread.
 */
public final class SessionDirectory {
    private final Vertx vertx;
    private final Context control;
    private final Tombstones tombstones;
    private final SuspendedStreams suspended;
    private final Map<SessionRef, SessionPaths> bySession = new ConcurrentHashMap<>();
    private final long relief;
    private Duration resumeTimeout;

    /** @param control context of all this; called on it */
    public SessionDirectory(Vertx vertx, Context control, Duration resumeTimeout, MemoryBudget budget) {
        this.vertx = vertx;
        this.control = control;
        this.resumeTimeout = resumeTimeout;
        this.tombstones = new Tombstones(resumeTimeout, System::nanoTime);
        this.suspended = new SuspendedStreams(budget);
        this.relief = vertx.setPeriodic(SuspendedStreams.RELIEF.toMillis(), id -> {
            suspended.relieve();
            bySession
                    .values()
                    .removeIf(paths -> paths.isLeaving() && paths.streams().size() == 0);
        });
    }

    /** Another time holds for sessions that begin from now on. */
    public void resumeTimeout(Duration changed) {
        resumeTimeout = changed;
    }

    /** The session, or null. Any thread. */
    public @Nullable SessionPaths find(SessionRef session) {
        return bySession.get(session);
    }

    /** All of them. Any thread. */
    public Collection<SessionPaths> all() {
        return List.copyOf(bySession.values());
    }

    /** The session, which begins if it is new. */
    public SessionPaths of(String client, SessionRef session, int maxStreams) {
        SessionPaths paths =
                bySession.computeIfAbsent(session, ref -> new SessionPaths(client, ref, maxStreams, newStreams()));
        paths.maxStreams(maxStreams);
        paths.leaving(false);
        return paths;
    }

    private SessionStreams newStreams() {
        return SessionStreams.atNode(
                task -> control.runOnContext(ignored -> task.run()), tombstones, suspended, resumeTimeout.toNanos());
    }

    /** The session is over: its streams end. */
    public void end(SessionRef session, ResetCode code, String reason) {
        SessionPaths paths = bySession.remove(session);
        if (paths != null) {
            paths.streams().abandonAll(code, reason);
        }
    }

    /** The session is over, but what runs may finish. */
    public void leave(SessionRef session) {
        SessionPaths paths = bySession.get(session);
        if (paths != null) {
            paths.leaving(true);
        }
    }

    /** Streams that were on a link that is gone. On its context. */
    public void suspended(NodeTunnel link, List<Stream> lost) {
        Map<SessionRef, List<Stream>> bySessions = new HashMap<>();
        for (Stream stream : lost) {
            SessionRef session = stream.session();
            if (session == null) {
                throw new IllegalStateException("a stream on a link belongs to a session");
            }
            bySessions.computeIfAbsent(session, any -> new ArrayList<>()).add(stream);
        }
        bySessions.forEach((session, streams) -> {
            SessionPaths paths = find(session);
            if (paths == null) {
                streams.forEach(SessionPaths::abandon);
            } else {
                paths.suspended(link, streams);
            }
        });
    }

    /**
     * A node did not pass a stream on, and nothing of it: it tries the next way. Who has tried all may go to another client.
     * On its context.
     */
    public void refused(Stream stream, ResetCode code) {
        SessionRef session = stream.session();
        SessionPaths paths = session == null ? null : find(session);
        boolean triedAll = paths == null || stream.attempt() + 1 >= paths.ways();
        if (code == ResetCode.NOT_HERE && triedAll && stream.givenBack(code, "no node has the client any more")) {
            return;
        }
        goOn(stream, SessionStreams::refused);
    }

    /** A stream of a link that lives goes on by {@code next}, unless its session is over. On its context. */
    public void goOn(Stream stream, BiConsumer<SessionStreams, Stream> next) {
        SessionRef session = stream.session();
        SessionPaths paths = session == null ? null : find(session);
        if (paths == null || paths.isLeaving()) {
            SessionPaths.abandon(stream);
        } else {
            next.accept(paths.streams(), stream);
        }
    }

    /** This node stops: every stream that entered here ends. */
    public void close() {
        vertx.cancelTimer(relief);
        List.copyOf(bySession.keySet()).forEach(session -> end(session, ResetCode.SESSION_ENDED, "the node stops"));
    }
}
