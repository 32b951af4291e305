package io.tlstunnel.server.ingress;

import io.tlstunnel.mux.Stream;
import io.tlstunnel.mux.resume.StreamHandle;
import io.tlstunnel.server.routing.IngressKey;
import io.tlstunnel.server.routing.Route;
import io.tlstunnel.transport.LiveStreams;
import io.tlstunnel.transport.LoopTimers;
import io.tlstunnel.transport.VertxRuntime;
import io.tlstunnel.transport.limit.Bandwidth;
import io.tlstunnel.transport.limit.LimitedConnection;
import io.tlstunnel.transport.socket.AcceptedSocket;
import io.tlstunnel.transport.socket.FarConnection;
import io.tlstunnel.wire.ResetCode;
import java.util.List;

/** What the rules mean for one visitor on its way from the gate to the end of its stream. */
final class VisitorRules {
    private static final String WITHDRAWN = "the proxy was withdrawn";

    private final VertxRuntime runtime;
    private final Gate gate;
    private final LiveStreams<ProxyId> streams = new LiveStreams<>();

    VisitorRules(VertxRuntime runtime, Gate gate) {
        this.runtime = runtime;
        this.gate = gate;
    }

    /** Whether it comes in now; it is turned away if not. Any thread. */
    boolean let(IngressKey key, AcceptedSocket visitor) {
        return gate.lets(key, visitor);
    }

    /** Whether one more may go to that member of a group now; it is counted in. Any thread. */
    boolean counts(IngressKey key, Route member) {
        return gate.counts(key, ProxyId.of(member));
    }

    /** Turns a visitor away for whom no member of the group had room. Any thread. */
    void tooMany(IngressKey key, AcceptedSocket visitor) {
        gate.tooMany(key, visitor);
    }

    /** Its connection, kept to the bandwidths of whom it goes to. On the connection's context. */
    FarConnection limit(IngressKey key, Route route, FarConnection connection) {
        List<Bandwidth> limits = gate.bandwidths(key, ProxyId.of(route));
        return limits.isEmpty()
                ? connection
                : LimitedConnection.under(limits, connection, new LoopTimers(runtime.loop(connection.context())));
    }

    /**
     * The connection of a visitor who goes to another member than before, kept to that one's bandwidths too. On the
     * connection's context.
     *
     * @param stream that has the connection from now on
     */
    FarConnection limitAgain(IngressKey key, Route route, FarConnection connection, Stream stream) {
        return LimitedConnection.goingOn(
                gate.bandwidths(key, ProxyId.of(route)),
                connection,
                new LoopTimers(runtime.loop(connection.context())),
                stream);
    }

    /** Its stream, so that it is found when the proxy is withdrawn. Any thread. */
    void track(Route route, StreamHandle stream) {
        streams.track(ProxyId.of(route), stream);
    }

    /** Its stream is over. Any thread. */
    void untrack(Route route, Stream stream) {
        streams.untrack(ProxyId.of(route), stream);
    }

    /** Who was on the way in while the proxy was withdrawn goes too. On the tunnel's context. */
    void endIfWithdrawn(Route route, Stream stream) {
        if (!gate.isPosted(ProxyId.of(route))) {
            stream.reset(ResetCode.NO_SUCH_PROXY, WITHDRAWN);
        }
    }

    /** The proxy is not offered any more: nobody new, and who is in has to go. On the control context. */
    void withdraw(IngressKey key, ProxyId proxy, ResetCode code, String reason) {
        gate.forget(key, proxy);
        streams.reset(proxy, code, reason);
    }
}
