package io.tlstunnel.client;

import io.tlstunnel.client.local.LocalServices;
import io.tlstunnel.client.status.ClientMetrics;
import io.tlstunnel.client.tunnel.ClientSetup;
import io.tlstunnel.client.tunnel.Tunnels;
import io.tlstunnel.config.ClientConfig;
import io.tlstunnel.metrics.AdminServer;
import io.tlstunnel.metrics.ReadinessChecks;
import io.tlstunnel.metrics.RunningInfo;
import io.tlstunnel.mux.MemoryBudget;
import io.tlstunnel.transport.VertxRuntime;
import io.tlstunnel.wire.ProxyResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.security.SecureRandom;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The client as a verticle: {@code vertx run io.tlstunnel.client.ClientVerticle -conf client.toml}. */
public final class ClientVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(ClientVerticle.class);

    private final Promise<Map<String, ProxyResult>> decided = Promise.promise();
    private final Promise<String> superseded = Promise.promise();
    private @Nullable ClientConfig config;
    private @Nullable ClientMetrics metrics;
    private @Nullable Tunnels tunnels;
    private @Nullable AdminServer admin;

    /** For the launcher: takes its configuration from the deployment. */
    public ClientVerticle() {}

    ClientVerticle(ClientConfig config, ClientMetrics metrics) {
        this.config = config;
        this.metrics = metrics;
    }

    @Override
    public Future<?> start() {
        return configuration().compose(this::start);
    }

    private Future<ClientConfig> configuration() {
        return config != null ? Future.succeededFuture(config) : ClientConfiguration.of(vertx, config());
    }

    private Future<Void> start(ClientConfig loaded) {
        config = loaded;
        ClientMetrics counted = metrics != null ? metrics : new ClientMetrics(loaded.admin());
        metrics = counted;
        return vertx.executeBlocking(() -> Credentials.load(loaded)).compose(credentials -> {
            VertxRuntime runtime = VertxRuntime.of(vertx);
            MemoryBudget budget = new MemoryBudget(loaded.budget().memoryBudget());
            ClientSetup setup = new ClientSetup(
                    loaded,
                    credentials.key(),
                    runtime,
                    credentials.dialler(runtime, loaded),
                    LocalServices.of(runtime, loaded, counted),
                    budget,
                    counted,
                    new SecureRandom());
            describe(runtime, credentials, loaded, counted, budget);
            Tunnels started = new Tunnels(vertx, context, setup, counted);
            tunnels = started;
            started.decided().onComplete(decided);
            started.superseded().onComplete(superseded);
            return startAdmin(loaded, counted, started).onSuccess(ignored -> started.start());
        });
    }

    private static void describe(
            VertxRuntime runtime,
            Credentials credentials,
            ClientConfig loaded,
            ClientMetrics counted,
            MemoryBudget budget) {
        String dataPath = loaded.engine().dataPath().name().toLowerCase(Locale.ROOT);
        String io = runtime.io().name().toLowerCase(Locale.ROOT);
        counted.process().running(new RunningInfo(RunningInfo.ofProgram(), io, credentials.engineWord(), dataPath));
        counted.process().memory(budget::used, budget::total);
        LOG.atInfo()
                .setMessage("client starting")
                .addKeyValue("name", loaded.name())
                .addKeyValue("servers", loaded.servers())
                .addKeyValue("proxies", loaded.proxies().size())
                .addKeyValue("io", io)
                .addKeyValue("tls", credentials.engine())
                .addKeyValue("data_path", dataPath)
                .log();
    }

    private Future<Void> startAdmin(ClientConfig loaded, ClientMetrics counted, Tunnels started) {
        if (!loaded.admin().enabled()) {
            return Future.succeededFuture();
        }
        ReadinessChecks checks = new ReadinessChecks()
                .add("tunnel", () -> counted.tunnels().open() > 0 ? null : "no tunnel is up")
                .add("proxies", () -> started.decided().isComplete() ? null : "the server has not answered yet");
        return AdminServer.start(vertx, loaded.admin(), counted.registry(), checks)
                .onSuccess(server -> admin = server)
                .mapEmpty();
    }

    Future<Map<String, ProxyResult>> decided() {
        return decided.future();
    }

    Future<String> superseded() {
        return superseded.future();
    }

    ClientMetrics metrics() {
        if (metrics == null) {
            throw new IllegalStateException("not started");
        }
        return metrics;
    }

    /** Says goodbye and lets what runs finish. Any thread. */
    Future<Void> leave() {
        Promise<Void> left = Promise.promise();
        context.runOnContext(ignored -> {
            if (tunnels == null || config == null) {
                left.complete();
            } else {
                tunnels.leave(vertx, config.timing().drainTimeout()).onComplete(left);
            }
        });
        return left.future();
    }

    @Override
    public Future<?> stop() {
        Future<Void> closed = tunnels == null ? Future.succeededFuture() : tunnels.close();
        return closed.eventually(() -> admin == null ? Future.succeededFuture() : admin.close());
    }
}
