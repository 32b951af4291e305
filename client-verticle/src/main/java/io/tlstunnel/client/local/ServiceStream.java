package io.tlstunnel.client.local;

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
import io.tlstunnel.transport.socket.Dial;
import io.tlstunnel.transport.socket.FarConnection;
import io.tlstunnel.transport.socket.HoppingFarSocket;
import io.tlstunnel.wire.Endpoint;
import io.tlstunnel.wire.ResetCode;
import io.vertx.core.Context;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Counts and logs one stream at the client's end, and moves with it. On its stream's thread. */
final class ServiceStream implements StreamListener, Companion {
    private final String client;
    private final Endpoint visitor;
    private final ProxyMeter meter;
    private final LiveTraffic.Entry traffic;
    private final Stream stream;
    private final Dial dial;
    private final Context dialling;
    private final Consumer<Stream> finished;
    private ServedTunnel tunnel;
    private @Nullable FarConnection connection;
    private final long beganAtNanos = System.nanoTime();

    ServiceStream(
            String client,
            Endpoint visitor,
            ProxyMeter meter,
            ServedTunnel tunnel,
            Stream stream,
            Dial dial,
            Consumer<Stream> finished) {
        this.client = client;
        this.visitor = visitor;
        this.meter = meter;
        this.traffic = tunnel.traffic().begin(meter, stream::bytesReceived, stream::bytesSent);
        this.tunnel = tunnel;
        this.stream = stream;
        this.dial = dial;
        this.dialling = tunnel.context();
        this.finished = finished;
        meter.streamOpened();
    }

    /** The service is connected. */
    void connect(FarConnection connected) {
        FarConnection here = HoppingFarSocket.hop(connected, tunnel.context());
        connection = here;
        here.start(stream);
        stream.accept(here.socket());
    }

    @Override
    public void leave(TunnelHandle next) {
        traffic.leave();
    }

    @Override
    public @Nullable FarSocket follow(TunnelHandle next) {
        if (connection == null) {
            return null;
        }
        connection = connection.follow(((ServedTunnel) next).context(), stream);
        return connection.socket();
    }

    @Override
    public void arrive(TunnelHandle here) {
        tunnel = (ServedTunnel) here;
        traffic.arrive(tunnel.traffic());
        tunnel.streamArrived();
        if (connection != null) {
            connection.arrived();
        }
    }

    @Override
    public void finished(Stream over, StreamOutcome outcome) {
        ResetCode code = outcome instanceof StreamOutcome.Reset reset ? reset.code() : null;
        dialling.runOnContext(ignored -> dial.cancel());
        traffic.end();
        meter.streamEnded(code);
        finished.accept(over);
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
