package io.tlstunnel.server.ingress;

import io.tlstunnel.logging.AccessEntry;
import io.tlstunnel.logging.AccessLog;
import io.tlstunnel.metrics.LiveTraffic;
import io.tlstunnel.metrics.ProxyMeter;
import io.tlstunnel.mux.Stream;
import io.tlstunnel.mux.StreamListener;
import io.tlstunnel.mux.StreamOutcome;
import io.tlstunnel.server.tunnel.ServerTunnel;
import io.tlstunnel.wire.Endpoint;
import io.tlstunnel.wire.ResetCode;
import java.time.Duration;

/** Counts and logs one public connection. On its tunnel's context. */
final class VisitorStream implements StreamListener {
    private final Endpoint visitor;
    private final ServerTunnel tunnel;
    private final ProxyMeter meter;
    private final LiveTraffic.Entry traffic;
    private final long beganAtNanos = System.nanoTime();

    VisitorStream(Endpoint visitor, ServerTunnel tunnel, ProxyMeter meter, Stream stream) {
        this.visitor = visitor;
        this.tunnel = tunnel;
        this.meter = meter;
        this.traffic = tunnel.traffic().begin(meter, stream::bytesSent, stream::bytesReceived);
        meter.streamOpened();
    }

    @Override
    public void finished(Stream stream, StreamOutcome outcome) {
        ResetCode code = outcome instanceof StreamOutcome.Reset reset ? reset.code() : null;
        traffic.end();
        meter.streamEnded(code);
        tunnel.leave();
        tunnel.streamFinished();
        AccessLog.log(new AccessEntry(
                visitor,
                stream.proxy(),
                tunnel.session().client(),
                stream.bytesSent(),
                stream.bytesReceived(),
                Duration.ofNanos(System.nanoTime() - beganAtNanos),
                code,
                stream.trace()));
    }
}
