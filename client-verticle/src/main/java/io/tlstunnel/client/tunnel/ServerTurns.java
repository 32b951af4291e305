package io.tlstunnel.client.tunnel;

import io.tlstunnel.config.HostPort;
import java.util.List;
import java.util.Set;

/** Whose turn it is among the servers of the configuration, and among the addresses of each. On one thread. */
final class ServerTurns {
    /** Counts up; the remainder tells the server. */
    private int turns;

    /** From the first one again. */
    void restart() {
        turns = 0;
    }

    /** The next one, after the last one the first. */
    void advance() {
        turns++;
    }

    /** Passes over those in {@code taken}, unless all others are in it too. */
    void advancePast(Set<HostPort> taken, List<HostPort> servers) {
        for (int passed = 1; passed < servers.size() && taken.contains(in(servers)); passed++) {
            advance();
        }
    }

    /** The server whose turn it is. */
    HostPort in(List<HostPort> servers) {
        return servers.get(turns % servers.size());
    }

    /** Which of its addresses is tried first: with each round through the servers another one. */
    int address(List<HostPort> servers) {
        return turns / servers.size();
    }
}
