package io.tlstunnel.mux.handshake;

import io.tlstunnel.wire.Limits;
import io.tlstunnel.wire.SessionRef;

/**
 * What WELCOME tells besides the proof.
 *
 * @param nodeId id of this node; 1–255 bytes of UTF-8
 * @param session the one that goes on or is new
 * @param initialWindow bytes that the client may send on a channel right behind OPEN
 * @param pingIntervalMillis 1 or more
 * @param members number of nodes; 1 on a single node
 * @param revision of this session's proxies known here; 0 = none
 */
public record WelcomeTerms(
        String nodeId,
        SessionRef session,
        Limits limits,
        int initialWindow,
        int pingIntervalMillis,
        int members,
        long revision) {}
