package io.tlstunnel.server.ingress;

import io.tlstunnel.logging.AccessEntry;
import io.tlstunnel.logging.AccessLog;
import io.tlstunnel.metrics.LiveTraffic;
import io.tlstunnel.metrics.ProxyMeter;
import io.tlstunnel.mux.FarSocket;
import io.tlstunnel.mux.Stream;
import io.tlstunnel.mux.StreamListener;
import io.tlstunnel.mux.StreamOutcome;
import io.tlstunnel.mux.resume.Companion;
import io.tlstunnel.mux.resume.TunnelHandle;
import io.tlstunnel.server.tunnel.NodeTunnel;
import io.tlstunnel.server.tunnel.SessionPaths;
import io.tlstunnel.transport.socket.FarConnection;
import io.tlstunnel.wire.Endpoint;
import io.tlstunnel.wire.ResetCode;
import java.time.Duration;

/** Counts and logs one public connection, and moves with it. On its stream's thread. */
final class VisitorStream implements StreamListener, Companion {
    private final Endpoint visitor;
    private final SessionPaths paths;
    private final Stream stream;
    private NodeTunnel tunnel;
    private FarConnection connection;
    private final ProxyMeter meter;
    private final LiveTraffic.Entry traffic;
    private final long beganAtNanos = System.nanoTime();

    VisitorStream(
            Endpoint visitor,
            SessionPaths paths,
            NodeTunnel tunnel,
            ProxyMeter meter,
            Stream stream,
            FarConnection connection) {
        this.visitor = visitor;
        this.paths = paths;
        this.tunnel = tunnel;
        this.meter = meter;
        this.stream = stream;
        this.connection = connection;
        this.traffic = tunnel.traffic().begin(meter, stream::bytesSent, stream::bytesReceived);
        meter.streamOpened();
    }

    @Override
    public void leave(TunnelHandle next) {
        traffic.leave();
    }

    @Override
    public FarSocket follow(TunnelHandle next) {
        connection = connection.follow(((NodeTunnel) next).context(), stream);
        return connection.socket();
    }

    @Override
    public void arrive(TunnelHandle here) {
        tunnel = (NodeTunnel) here;
        traffic.arrive(tunnel.traffic());
        tunnel.streamArrived();
        connection.arrived();
    }

    @Override
    public void finished(Stream over, StreamOutcome outcome) {
        ResetCode code = outcome instanceof StreamOutcome.Reset reset ? reset.code() : null;
        traffic.end();
        meter.streamEnded(code);
        paths.leave();
        tunnel.streamsChanged();
        AccessLog.log(new AccessEntry(
                visitor,
                stream.proxy(),
                paths.client(),
                stream.bytesSent(),
                stream.bytesReceived(),
                Duration.ofNanos(System.nanoTime() - beganAtNanos),
                code,
                stream.trace()));
    }
}
