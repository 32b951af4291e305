package io.tlstunnel.server.ingress;

import io.tlstunnel.logging.AccessEntry;
import io.tlstunnel.logging.AccessLog;
import io.tlstunnel.metrics.LiveTraffic;
import io.tlstunnel.mux.FarSocket;
import io.tlstunnel.mux.OpenRequest;
import io.tlstunnel.mux.Stream;
import io.tlstunnel.mux.StreamListener;
import io.tlstunnel.mux.StreamOutcome;
import io.tlstunnel.mux.resume.Companion;
import io.tlstunnel.mux.resume.TunnelHandle;
import io.tlstunnel.server.tunnel.NodeTunnel;
import io.tlstunnel.transport.socket.FarConnection;
import io.tlstunnel.wire.Endpoint;
import io.tlstunnel.wire.ResetCode;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Counts and logs one public connection, and moves with it. On its stream's thread. */
final class VisitorStream implements StreamListener, Companion {
    private final Way way;
    private final Endpoint visitor;
    private final Stream stream;
    private NodeTunnel tunnel;
    private FarConnection connection;
    private final LiveTraffic.Entry traffic;
    private final long beganAtNanos = System.nanoTime();
    private boolean handedOver;

    /** @param tunnel whose thread it is on */
    VisitorStream(Way way, NodeTunnel tunnel, Stream stream, FarConnection connection) {
        this.way = way;
        this.visitor = Endpoint.of(connection.remoteAddress());
        this.tunnel = tunnel;
        this.stream = stream;
        this.connection = connection;
        this.traffic = tunnel.traffic().begin(way.meter(), stream::bytesSent, stream::bytesReceived);
        way.meter().streamOpened();
    }

    Way way() {
        return way;
    }

    Stream stream() {
        return stream;
    }

    /** The tunnel that it is on, or was on last. */
    NodeTunnel tunnel() {
        return tunnel;
    }

    FarConnection connection() {
        return connection;
    }

    /** Another stream goes on with its connection, whose end is the one to be logged. */
    Stream handOver(OpenRequest next) {
        handedOver = true;
        return stream.handOver(next, tunnel.nanoTime());
    }

    @Override
    public void leave(TunnelHandle next) {
        traffic.leave();
    }

    @Override
    public @Nullable FarSocket follow(TunnelHandle next) {
        if (handedOver) {
            return null;
        }
        connection = connection.follow(((NodeTunnel) next).context(), stream);
        return connection.socket();
    }

    @Override
    public void arrive(TunnelHandle here) {
        tunnel = (NodeTunnel) here;
        traffic.arrive(tunnel.traffic());
        tunnel.streamArrived();
        if (!handedOver) {
            connection.arrived();
        }
    }

    @Override
    public void finished(Stream over, StreamOutcome outcome) {
        ResetCode code = outcome instanceof StreamOutcome.Reset reset ? reset.code() : null;
        traffic.end();
        way.meter().streamEnded(code);
        way.paths().leave();
        tunnel.streamsChanged();
        if (handedOver) {
            return;
        }
        AccessLog.log(new AccessEntry(
                visitor,
                stream.proxy(),
                way.paths().client(),
                stream.bytesSent(),
                stream.bytesReceived(),
                Duration.ofNanos(System.nanoTime() - beganAtNanos),
                code,
                stream.trace()));
    }
}
