package io.tlstunnel.server.ingress;

import io.tlstunnel.config.VisitRules;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What would become of a visitor of one proxy at one moment.
 *
 * @param client whose proxy it is
 * @param next what takes the visitor
 * @param held visitors who wait now
 * @param holdTimeout how long the next one would wait
 */
public record RouteView(
        ProxyView proxy,
        ClientView client,
        Next next,
        long held,
        Duration holdTimeout,
        @Nullable Limits limits) {

    /** What takes a visitor. */
    public sealed interface Next {
        /** A client's tunnel to this node. */
        record Tunnel(String remoteAddress, int streams) implements Next {}

        /** A link to a node that has a tunnel; {@code incarnation} is that node's. */
        record Link(long incarnation, int streams) implements Next {}

        /** Nothing: it waits. */
        record Nothing() implements Next {}

        /** Nobody: this node has no key of that client. */
        record NoKey() implements Next {}
    }

    /**
     * What the key allows.
     *
     * @param maxStreams of the client at once
     * @param client of all its proxies together
     * @param proxy of this one
     */
    public record Limits(int maxStreams, VisitRules client, VisitRules proxy) {}
}
