package io.tlstunnel.server.tunnel;

import io.tlstunnel.config.ClientEntry;
import io.tlstunnel.mux.MemoryBudget;
import io.tlstunnel.wire.SessionRef;
import io.vertx.core.Vertx;
import java.time.Duration;

/** Sessions without a tunnel. */
public final class TestSessions {
    private TestSessions() {}

    /** The first session of a client that may do what {@code entry} says. */
    public static Session of(Vertx vertx, ClientEntry entry) {
        SessionDirectory directory = new SessionDirectory(
                vertx, vertx.getOrCreateContext(), Duration.ofMinutes(1), new MemoryBudget(1 << 20));
        return new Session(entry, directory.of(entry.name(), new SessionRef(1, 1, 1), entry.maxStreams()));
    }
}
