package io.tlstunnel.cli;

import io.tlstunnel.client.Published;
import io.tlstunnel.client.TunnelClient;
import io.tlstunnel.config.ClientConfig;
import io.tlstunnel.config.ConfigFiles;
import io.tlstunnel.config.ServerConfig;
import io.tlstunnel.server.TunnelServer;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Server, client and web service in one process, and the proof that a page comes through. */
final class Demo implements Running {

    /** For the client to have its answer from the server; on a slow machine the first TLS handshake takes a second. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final long SECOND_MILLIS = 1_000;

    private final Vertx vertx;
    private final DemoFolder folder;
    private final PrintWriter out;
    private final HttpClient visitor;
    private final Promise<Exit> ended = Promise.promise();

    private @Nullable DemoService service;
    private @Nullable TunnelServer server;
    private @Nullable TunnelClient client;

    /** How long a demo runs. */
    enum Until {
        PROOF,
        SIGNAL
    }

    Demo(Vertx vertx, DemoFolder folder, PrintWriter out) {
        this.vertx = vertx;
        this.folder = folder;
        this.out = out;
        this.visitor = vertx.createHttpClient();
    }

    /** Starts everything and fetches the page; fails with a sentence if that fails. */
    Future<Demo> start(ServerConfig config, Until until) {
        return DemoService.start(vertx)
                .compose(started -> {
                    service = started;
                    return TunnelServer.start(vertx, config);
                })
                .compose(started -> {
                    server = started;
                    return vertx.executeBlocking(() -> clientConfig(started.port()));
                })
                .compose(this::dial)
                .compose(this::prove)
                .compose(proved -> until == Until.PROOF ? shutdown() : watch())
                .map(this);
    }

    private ClientConfig clientConfig(int serverPort) {
        final Path file = folder.clientFile(serverPort, service().port());
        return ConfigFiles.loadClient(file, folder.environment()).config();
    }

    /** Waits for the first answer, or for the reason why there is none. */
    private Future<Published> dial(ClientConfig config) {
        final TunnelClient started = TunnelClient.start(vertx, config);
        client = started;
        final Future<Exit> end = new RunningClient(started, false).ended();
        end.onFailure(ended::tryFail);
        final Future<List<Published>> early = end.compose(
                exit -> Future.failedFuture(new CliException(Exit.RUNTIME, "the client ended before it was ready")));
        return Future.any(started.ready(), early)
                .timeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .compose(any -> any.succeeded(0) ? Future.succeededFuture(any.<List<Published>>resultAt(0)) : early)
                .compose(Demo::only);
    }

    private static Future<Published> only(List<Published> published) {
        return published.isEmpty()
                ? Future.failedFuture(new CliException(Exit.RUNTIME, "the server did not publish the demo's service"))
                : Future.succeededFuture(published.get(0));
    }

    private Future<Void> prove(Published published) {
        final String url = "http://127.0.0.1:" + published.port() + "/";
        introduce(url);
        final long start = System.nanoTime();
        return visitor.request(HttpMethod.GET, published.port(), "127.0.0.1", "/")
                .compose(request -> request.send())
                .compose(response -> response.body().map(body -> verdict(url, response, body, start)))
                .eventually(visitor::close)
                .timeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .recover(failure -> Future.failedFuture(new CliException(
                        Exit.RUNTIME,
                        "the page did not come through the tunnel: " + Failures.sentence(failure),
                        failure)))
                .mapEmpty();
    }

    private void introduce(String url) {
        out.println("tls-tunnel demo: all on this machine, files in " + folder.path());
        out.println();
        out.println("  visitor --> " + url + " --> server");
        out.println("                                    || WebSocket over TLS, 127.0.0.1:" + server().port());
        out.println("                                 client --> web service on 127.0.0.1:"
                + service().port());
        out.println();
    }

    private Exit verdict(String url, HttpClientResponse response, Buffer body, long start) {
        final long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
        if (response.statusCode() != 200 || !body.equals(service().page())) {
            throw new CliException(
                    Exit.RUNTIME,
                    "another page came back: status " + response.statusCode() + ", " + body.length() + " bytes");
        }
        out.println("fetched " + url + " through the tunnel: status 200, " + body.length() + " bytes in " + millis
                + " ms, equal to the service's page");
        return Exit.OK;
    }

    /**
     * A line each second; the round trip is the client's, which asks more often, so that the server need not. Printing
     * blocks, so it is not done on an event loop.
     */
    private Future<Void> watch() {
        out.println("open it in a browser; Ctrl-C ends the demo");
        out.println();
        final DemoStatus status = new DemoStatus(out);
        vertx.setPeriodic(
                SECOND_MILLIS,
                SECOND_MILLIS,
                timer -> vertx.executeBlocking(() -> {
                            status.show(
                                    server().metrics().snapshot(),
                                    client().metrics().snapshot().roundTrip());
                            return timer;
                        })
                        .onFailure(ended::tryFail));
        return Future.succeededFuture();
    }

    @Override
    public Future<Exit> ended() {
        return ended.future();
    }

    @Override
    public Future<Void> shutdown() {
        return client().shutdown()
                .eventually(() -> server().shutdown())
                .eventually(() -> service().close())
                .onComplete(closed -> ended.tryComplete(Exit.OK), ended::tryFail);
    }

    private DemoService service() {
        return Objects.requireNonNull(service, "started first");
    }

    private TunnelServer server() {
        return Objects.requireNonNull(server, "started second");
    }

    private TunnelClient client() {
        return Objects.requireNonNull(client, "started third");
    }
}
