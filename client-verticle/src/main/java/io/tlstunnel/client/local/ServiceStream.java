package io.tlstunnel.client.local;

import io.tlstunnel.logging.AccessEntry;
import io.tlstunnel.logging.AccessLog;
import io.tlstunnel.metrics.LiveTraffic;
import io.tlstunnel.metrics.ProxyMeter;
import io.tlstunnel.mux.Stream;
import io.tlstunnel.mux.StreamListener;
import io.tlstunnel.mux.StreamOutcome;
import io.tlstunnel.transport.socket.Dial;
import io.tlstunnel.wire.Endpoint;
import io.tlstunnel.wire.ResetCode;
import java.time.Duration;

/** Counts and logs one stream at the client's end. On its tunnel's context. */
final class ServiceStream implements StreamListener {
    private final String client;
    private final Endpoint visitor;
    private final ProxyMeter meter;
    private final LiveTraffic.Entry traffic;
    private final Dial dial;
    private final Runnable finished;
    private final long beganAtNanos = System.nanoTime();

    ServiceStream(
            String client,
            Endpoint visitor,
            ProxyMeter meter,
            LiveTraffic traffic,
            Stream stream,
            Dial dial,
            Runnable finished) {
        this.client = client;
        this.visitor = visitor;
        this.meter = meter;
        this.traffic = traffic.begin(meter, stream::bytesReceived, stream::bytesSent);
        this.dial = dial;
        this.finished = finished;
        meter.streamOpened();
    }

    @Override
    public void finished(Stream stream, StreamOutcome outcome) {
        ResetCode code = outcome instanceof StreamOutcome.Reset reset ? reset.code() : null;
        dial.cancel();
        traffic.end();
        meter.streamEnded(code);
        finished.run();
        AccessLog.log(new AccessEntry(
                visitor,
                stream.proxy(),
                client,
                stream.bytesReceived(),
                stream.bytesSent(),
                Duration.ofNanos(System.nanoTime() - beganAtNanos),
                code,
                stream.trace()));
    }
}
