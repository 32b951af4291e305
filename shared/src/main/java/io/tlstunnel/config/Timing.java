package io.tlstunnel.config;

import java.time.Duration;

/**
 * The time line of docs/protocol.md. All may be set down to 100 ms.
 *
 * @param pingInterval PING after this much silence (5 s)
 * @param deadAfter a tunnel on which nothing was heard for this long is dead (10 s)
 * @param handshakeTimeout from accept to WELCOME (10 s)
 * @param connectTimeout for each dial: node, proxy, local service (10 s)
 * @param holdTimeout how long a new public connection waits for a tunnel; 0 = not at all (10 s)
 * @param resumeTimeout how long a session outlives its last tunnel (60 s, at least 3 × deadAfter)
 * @param drainTimeout how long a drain or a SIGTERM waits for what runs (10 min)
 */
public record Timing(
        Duration pingInterval,
        Duration deadAfter,
        Duration handshakeTimeout,
        Duration connectTimeout,
        Duration holdTimeout,
        Duration resumeTimeout,
        Duration drainTimeout) {

    /** What a server that runs takes over: for new tunnels, new waits. */
    Timing renewedByServer(Timing next) {
        return new Timing(
                next.pingInterval,
                next.deadAfter,
                handshakeTimeout,
                connectTimeout,
                next.holdTimeout,
                next.resumeTimeout,
                drainTimeout);
    }

    /** What a client that runs takes over: for new tunnels. */
    Timing renewedByClient(Timing next) {
        return new Timing(
                next.pingInterval,
                next.deadAfter,
                next.handshakeTimeout,
                connectTimeout,
                holdTimeout,
                resumeTimeout,
                drainTimeout);
    }
}
