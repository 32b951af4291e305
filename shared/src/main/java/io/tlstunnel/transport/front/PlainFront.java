package io.tlstunnel.transport.front;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.tlstunnel.config.TransportKind;
import io.tlstunnel.transport.CarrierAcceptor;
import io.tlstunnel.transport.EventLoopContext;
import io.tlstunnel.transport.VertxRuntime;
import io.tlstunnel.transport.balancer.ForwardedFor;
import io.tlstunnel.transport.front.QuietLog.Kind;
import io.tlstunnel.transport.websocket.PlainConnection;
import io.tlstunnel.transport.websocket.Upgrade;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.ServerWebSocket;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** The tunnel port on Vert.x's own HTTP server and WebSocket: one server for each loop, on one port. */
public final class PlainFront implements Front {
    private static final int MAX_LINE = 8 * 1024;
    private static final int MAX_HEADERS = 16 * 1024;
    /** A server that is closed outright takes its tunnels with it; one that shuts down stops listening at once. */
    private static final Duration WHILE_TUNNELS_LAST = Duration.ofDays(1);

    private final VertxRuntime runtime;
    private final FrontConfig config;
    private final @Nullable FrontTls tls;
    private final CarrierAcceptor acceptor;
    private final WebSite site;
    private final ForwardedFor forwardedFor;
    private final QuietLog log = new QuietLog(LoggerFactory.getLogger(Front.class), System::nanoTime);
    private final Admission<HttpConnection> admission;
    private final Set<HttpConnection> open = ConcurrentHashMap.newKeySet();
    private final Set<PlainConnection> tunnels = ConcurrentHashMap.newKeySet();
    /** Timers of connections that have not sent a request yet. */
    private final Map<HttpConnection, Long> silent = new ConcurrentHashMap<>();
    /** Held: Vert.x closes a server that nobody holds. */
    private final List<HttpServer> servers = new ArrayList<>();

    /** Servers listen as one if they ask for the same port; a negative one is any free port, the same for the same. */
    private static final AtomicInteger ANY_PORT = new AtomicInteger();

    private final int bindPort;
    private volatile int port;

    private PlainFront(
            VertxRuntime runtime, FrontConfig config, @Nullable FrontTls tls, CarrierAcceptor acceptor, WebSite site) {
        this.runtime = runtime;
        this.config = config;
        this.tls = tls;
        this.acceptor = acceptor;
        this.site = site;
        this.forwardedFor = new ForwardedFor(config.balancer());
        this.bindPort = config.bindPort() == 0 ? ANY_PORT.decrementAndGet() : config.bindPort();
        this.admission = new Admission<>(config.maxConnections(), HttpConnection::close);
    }

    /** As {@link FastFront#start}. */
    public static Future<Front> start(
            VertxRuntime runtime, FrontConfig config, @Nullable FrontTls tls, CarrierAcceptor acceptor) {
        PlainFront front = new PlainFront(runtime, config, tls, acceptor, WebSites.of(config.web(), runtime.vertx()));
        Future<Void> listening = Future.succeededFuture();
        for (EventLoopContext loop : runtime.loops()) {
            listening = listening.compose(before -> front.listen(loop));
        }
        return listening
                .recover(failure ->
                        front.close().compose(closed -> Future.failedFuture(ListenFailure.explain(config, failure))))
                .map(front);
    }

    private Future<Void> listen(EventLoopContext loop) {
        Promise<Void> listening = loop.promise();
        loop.run(() -> {
            HttpServer server = runtime.vertx()
                    .createHttpServer(options())
                    .connectionHandler(this::accepted)
                    .requestHandler(this::requested);
            servers.add(server);
            server.listen(bindPort, config.bindAddr())
                    .onSuccess(open -> port = open.actualPort())
                    .<Void>mapEmpty()
                    .onComplete(listening);
        });
        return listening.future();
    }

    private HttpServerOptions options() {
        HttpServerOptions options = new HttpServerOptions()
                .setMaxInitialLineLength(MAX_LINE)
                .setMaxHeaderSize(MAX_HEADERS)
                .setHttp2ClearTextEnabled(false)
                .setPerMessageWebSocketCompressionSupported(false)
                .setPerFrameWebSocketCompressionSupported(false)
                .setMaxWebSocketFrameSize(PlainConnection.MAX_FRAME)
                .setMaxWebSocketMessageSize(PlainConnection.MAX_FRAME)
                .setWebSocketClosingTimeout(2)
                .addWebSocketSubProtocol(Upgrade.SUB_PROTOCOL)
                .setHandle100ContinueAutomatically(true);
        options.setIdleTimeout(Math.toIntExact(Math.max(1, config.idleTimeout().toSeconds())))
                .setIdleTimeoutUnit(TimeUnit.SECONDS)
                .setTcpNoDelay(true);
        if (config.transport() == TransportKind.WSS && tls != null) {
            options.setUseAlpn(false)
                    .setSslHandshakeTimeout(config.handshakeTimeout().toMillis())
                    .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS);
            tls.configure(options);
        }
        return options;
    }

    private void accepted(HttpConnection connection) {
        if (!admission.enter(connection)) {
            log.warn(
                    Kind.FULL,
                    "refused a connection from " + connection.remoteAddress() + ": " + config.maxConnections()
                            + " others that are no tunnels are being served");
            connection.close();
            return;
        }
        open.add(connection);
        Vertx vertx = runtime.vertx();
        long timer = vertx.setTimer(config.handshakeTimeout().toMillis(), late -> tooLate(connection));
        silent.put(connection, timer);
        connection.closeHandler(closed -> forget(connection));
    }

    private void tooLate(HttpConnection connection) {
        log.warn(
                Kind.TIMEOUT,
                "closed a connection from " + connection.remoteAddress() + ": no request within "
                        + config.handshakeTimeout().toMillis() + " ms");
        connection.close().onFailure(failure -> forget(connection));
    }

    private void spoke(HttpConnection connection) {
        Long timer = silent.remove(connection);
        if (timer != null) {
            runtime.vertx().cancelTimer(timer);
        }
        admission.works(connection);
    }

    private void requested(HttpServerRequest request) {
        HttpConnection connection = request.connection();
        UpgradeRequest.Head head = UpgradeRequest.Head.of(request);
        if (config.isTunnelPath(request.uri()) && UpgradeRequest.isMeant(head)) {
            // Its end is still to come, within the handshake's time.
            upgrade(request, sender(request, head), UpgradeRequest.check(head));
        } else {
            if (UpgradeRequest.isMeant(head) && config.hasOneWebSocketPath()) {
                log.warn(Kind.UPGRADE, UpgradeRequest.elsewhere(sender(request, head)));
            }
            spoke(connection);
            site.serve(new VertxExchange(request, () -> admission.waits(connection)));
        }
    }

    private InetSocketAddress sender(HttpServerRequest request, UpgradeRequest.Head head) {
        InetSocketAddress peer = VertxExchange.address(request.remoteAddress());
        return forwardedFor.client(peer, head.values(ForwardedFor.HEADER));
    }

    private void upgrade(HttpServerRequest request, InetSocketAddress sender, UpgradeRequest checked) {
        if (checked instanceof UpgradeRequest.Wrong wrong) {
            log.warn(Kind.UPGRADE, "refused an upgrade from " + sender + ": " + wrong.why());
            HttpServerResponse response =
                    request.response().setStatusCode(wrong.status().code()).putHeader("Connection", "close");
            if (wrong.status().equals(HttpResponseStatus.UPGRADE_REQUIRED)) {
                response.putHeader("Sec-WebSocket-Version", Upgrade.VERSION);
            }
            response.end(wrong.why() + "\n");
            return;
        }
        HttpConnection connection = request.connection();
        request.toWebSocket()
                .onSuccess(socket -> {
                    forget(connection);
                    tunnel(socket, sender);
                })
                .onFailure(failure ->
                        log.warn(Kind.UPGRADE, "an upgrade from " + sender + " failed: " + failure.getMessage()));
    }

    private void tunnel(ServerWebSocket socket, InetSocketAddress sender) {
        byte[] leaf = tls == null ? null : tls.leafSha256();
        // A request has a context of its own on the loop, and what the socket says comes on that one.
        EventLoopContext loop = runtime.loop(runtime.vertx().getOrCreateContext());
        PlainConnection tunnel = new PlainConnection(loop, socket, tunnels::remove)
                .connected(leaf, false)
                .comingFrom(sender);
        tunnels.add(tunnel);
        acceptor.accepted(tunnel);
    }

    private void forget(HttpConnection connection) {
        spoke(connection);
        admission.leave(connection);
        open.remove(connection);
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public Future<Void> close() {
        open.forEach(connection -> connection.close().onFailure(failure -> forget(connection)));
        List<Future<Void>> staying = tunnels.stream().map(PlainFront::stay).toList();
        return Future.join(staying)
                .onComplete(all -> servers.forEach(this::stopListening))
                .mapEmpty();
    }

    private static Future<Void> stay(PlainConnection tunnel) {
        Promise<Void> done = Promise.promise();
        tunnel.context().runOnContext(run -> {
            tunnel.outlivePort();
            done.complete();
        });
        return done.future();
    }

    private void stopListening(HttpServer server) {
        server.shutdown(WHILE_TUNNELS_LAST).onFailure(failure -> log.warn(Kind.HTTP, "closing the port: " + failure));
    }
}
