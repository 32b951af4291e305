package io.tlstunnel.client.local;

import io.tlstunnel.client.status.ClientMetrics;
import io.tlstunnel.client.status.LocalDialFailure;
import io.tlstunnel.config.ClientConfig;
import io.tlstunnel.config.ProxyConfig;
import io.tlstunnel.metrics.ProxyMeter;
import io.tlstunnel.mux.Stream;
import io.tlstunnel.mux.resume.SessionStreams;
import io.tlstunnel.mux.resume.StreamHandle;
import io.tlstunnel.transport.LiveStreams;
import io.tlstunnel.transport.VertxRuntime;
import io.tlstunnel.transport.socket.Dial;
import io.tlstunnel.transport.socket.DialException;
import io.tlstunnel.transport.socket.FarSockets;
import io.tlstunnel.wire.Frame;
import io.tlstunnel.wire.ResetCode;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Connects streams to the local services of their proxies. Each call on the context of the stream's tunnel. */
public final class LocalServices {
    private static final Logger LOG = LoggerFactory.getLogger(LocalServices.class);

    private static final String GONE = "this client no longer has that proxy";

    private record Service(ProxyConfig proxy, ProxyMeter meter) {}

    private final FarSockets sockets;
    private volatile Map<String, Service> services;
    private final String client;
    private volatile int maxStreams;
    private final long connectTimeoutMillis;
    private final ClientMetrics metrics;
    private final AtomicInteger open = new AtomicInteger();
    private final LiveStreams<String> live = new LiveStreams<>();

    private LocalServices(FarSockets sockets, ClientConfig config, ClientMetrics metrics) {
        this.sockets = sockets;
        this.client = config.name();
        this.maxStreams = config.maxStreams();
        this.connectTimeoutMillis = config.timing().connectTimeout().toMillis();
        this.metrics = metrics;
        this.services = Map.of();
        renew(config);
    }

    /** Serves these proxies from now on; the streams of those that are gone end. One thread at a time. */
    public void renew(ClientConfig config) {
        Map<String, Service> before = services;
        maxStreams = config.maxStreams();
        services = config.proxies().stream()
                .map(proxy -> new Service(proxy, meter(before.get(proxy.name()), proxy.name())))
                .collect(Collectors.toUnmodifiableMap(service -> service.proxy().name(), Function.identity()));
        before.forEach((name, service) -> {
            if (!services.containsKey(name)) {
                live.reset(name, ResetCode.NO_SUCH_PROXY, GONE);
                service.meter().unpublished();
            }
        });
    }

    private ProxyMeter meter(@Nullable Service known, String proxy) {
        return known != null ? known.meter() : metrics.streams().published(client, proxy);
    }

    /** The services that the configuration names. */
    public static LocalServices of(VertxRuntime runtime, ClientConfig config, ClientMetrics metrics) {
        return new LocalServices(FarSockets.of(config.engine().dataPath(), runtime.vertx()), config, metrics);
    }

    /**
     * Dials the service of a stream that the server opened on {@code tunnel}, and connects the two.
     *
     * @param streams those of its session
     */
    public void serve(ServedTunnel tunnel, SessionStreams streams, Stream stream, Frame.Open request) {
        Service service = services.get(request.proxy());
        if (service == null) {
            stream.reset(ResetCode.NO_SUCH_PROXY, "this client has no proxy " + request.proxy());
            return;
        }
        if (open.incrementAndGet() > maxStreams) {
            open.decrementAndGet();
            stream.reset(ResetCode.LIMIT, "this client takes no more than " + maxStreams + " streams");
            return;
        }
        ProxyConfig proxy = service.proxy();
        Dial dial = sockets.dial(tunnel.context(), proxy.localAddr(), proxy.localPort(), connectTimeoutMillis);
        ServiceStream owner =
                new ServiceStream(client, request.source(), service.meter(), tunnel, stream, dial, over -> {
                    live.untrack(proxy.name(), over);
                    open.decrementAndGet();
                });
        StreamHandle handle = streams.add(stream, tunnel, owner, owner);
        live.track(proxy.name(), handle);
        if (!services.containsKey(proxy.name())) {
            stream.reset(ResetCode.NO_SUCH_PROXY, GONE);
        }
        // The stream may have gone to another tunnel meanwhile.
        dial.connection()
                .onSuccess(connection -> handle.run(() -> owner.connect(connection)))
                .onFailure(failure -> handle.run(() -> dialFailed(stream, proxy, failure)));
    }

    private void dialFailed(Stream stream, ProxyConfig proxy, Throwable failure) {
        ResetCode code = failure instanceof DialException dial ? dial.code() : ResetCode.SERVICE_UNREACHABLE;
        if (code == ResetCode.CANCELLED) {
            return;
        }
        metrics.localDialFailed(
                code == ResetCode.SERVICE_REFUSED ? LocalDialFailure.REFUSED : LocalDialFailure.UNREACHABLE);
        String reason = String.valueOf(failure.getMessage());
        LOG.atWarn()
                .setMessage("local service not reached")
                .addKeyValue("proxy", proxy.name())
                .addKeyValue("reason", reason)
                .log();
        stream.reset(code, reason);
    }
}
