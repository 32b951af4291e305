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

    /** Its connection, kept to the bandwidths of the key. On the connection's context. */
    FarConnection limit(IngressKey key, FarConnection connection) {
        List<Bandwidth> limits = gate.bandwidths(key);
        return limits.isEmpty()
                ? connection
                : LimitedConnection.under(limits, connection, new LoopTimers(runtime.loop(connection.context())));
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
        gate.forget(key);
        streams.reset(proxy, code, reason);
    }
}
