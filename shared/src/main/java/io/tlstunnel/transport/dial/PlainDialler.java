package io.tlstunnel.transport.dial;

import io.tlstunnel.config.TransportKind;
import io.tlstunnel.transport.CarrierConnection;
import io.tlstunnel.transport.EventLoopContext;
import io.tlstunnel.transport.VertxRuntime;
import io.tlstunnel.transport.websocket.PlainConnection;
import io.tlstunnel.transport.websocket.Upgrade;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.ClientWebSocket;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.net.ProxyOptions;
import io.vertx.core.net.ProxyType;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Dials with Vert.x's public WebSocket client. It resolves names by itself and tries one address of a name only; that is
 * what its API offers.
 */
public final class PlainDialler implements TunnelDialler {
    private final VertxRuntime runtime;
    private final @Nullable DialTls tls;
    /** Held for as long as the dialler: Vert.x closes a client, with its sockets, that nobody holds. */
    private final WebSocketClient client;

    /**
     * @param connectTimeout as in every target
     * @param tls null if only {@code ws} is dialled
     */
    public PlainDialler(VertxRuntime runtime, @Nullable DialTls tls, Duration connectTimeout) {
        this.runtime = runtime;
        this.tls = tls;
        WebSocketClientOptions options = new WebSocketClientOptions()
                .setConnectTimeout(Math.toIntExact(connectTimeout.toMillis()))
                .setMaxConnections(Integer.MAX_VALUE)
                .setMaxFrameSize(PlainConnection.MAX_FRAME)
                .setMaxMessageSize(PlainConnection.MAX_FRAME)
                .setClosingTimeout(2)
                .setIdleTimeout(PlainConnection.IDLE_SECONDS)
                .setTcpNoDelay(true);
        if (tls != null) {
            tls.configure(options);
        }
        this.client = runtime.vertx().createWebSocketClient(options);
    }

    @Override
    public Future<CarrierConnection> dial(Context context, DialTarget target) {
        EventLoopContext loop = runtime.loop(context);
        Promise<CarrierConnection> result = loop.promise();
        loop.run(() -> attempt(loop, target, List.of(Upgrade.SUB_PROTOCOL))
                .recover(failure -> PlainFailures.isMissingSubProtocol(failure)
                        ? attempt(loop, target, List.of())
                        : Future.failedFuture(failure))
                .recover(failure -> Future.failedFuture(PlainFailures.explain(target, failure)))
                .onComplete(result));
        return result.future();
    }

    private Future<CarrierConnection> attempt(EventLoopContext loop, DialTarget target, List<String> subProtocols) {
        ClientWebSocket socket = client.webSocket();
        PlainConnection connection = new PlainConnection(loop, socket, this::lost);
        long all = target.connectTimeout().plus(target.handshakeTimeout()).toMillis();
        return socket.connect(options(target, subProtocols))
                .timeout(all, TimeUnit.MILLISECONDS)
                .map(connected -> ready(connection, connected));
    }

    private CarrierConnection ready(PlainConnection connection, WebSocket socket) {
        if (tls == null || !socket.isSsl()) {
            return connection.connected(null, false);
        }
        DialTls.Leaf leaf = tls.leaf(socket.sslSession());
        return connection.connected(leaf.sha256(), leaf.trusted());
    }

    /** Nothing to do; that it can be called keeps the client alive. */
    private void lost(PlainConnection connection) {}

    private static WebSocketConnectOptions options(DialTarget target, List<String> subProtocols) {
        WebSocketConnectOptions options = new WebSocketConnectOptions()
                .setHost(inUri(target.server().host()))
                .setPort(target.server().port())
                .setURI(target.path())
                .setSsl(target.transport() == TransportKind.WSS)
                .setTimeout(target.handshakeTimeout().toMillis())
                .setAllowOriginHeader(false);
        options.addHeader("User-Agent", UserAgent.VALUE);
        subProtocols.forEach(options::addSubProtocol);
        if (target.proxy() != null) {
            options.setProxyOptions(proxy(target));
        }
        return options;
    }

    /** Vert.x makes a URI out of it, which wants brackets around an IPv6 address. */
    private static String inUri(String host) {
        return host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    }

    private static ProxyOptions proxy(DialTarget target) {
        ProxyOptions options = new ProxyOptions()
                .setType(ProxyType.HTTP)
                .setHost(target.firstHop().host())
                .setPort(target.firstHop().port())
                .setConnectTimeout(target.handshakeTimeout());
        if (target.proxy() != null && target.proxy().user() != null) {
            options.setUsername(target.proxy().user());
            options.setPassword(
                    target.proxy().password() == null
                            ? ""
                            : new String(target.proxy().password().bytes(), StandardCharsets.UTF_8));
        }
        return options;
    }
}
