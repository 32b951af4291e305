package io.tlstunnel.client;

import io.tlstunnel.client.health.HealthChecks;
import io.tlstunnel.client.local.LocalServices;
import io.tlstunnel.client.status.ClientMetrics;
import io.tlstunnel.client.tunnel.ClientSetup;
import io.tlstunnel.client.tunnel.Tunnels;
import io.tlstunnel.config.ClientConfig;
import io.tlstunnel.config.ConfigChanges;
import io.tlstunnel.metrics.AdminReload;
import io.tlstunnel.metrics.AdminServer;
import io.tlstunnel.metrics.ReadinessChecks;
import io.tlstunnel.metrics.RunningInfo;
import io.tlstunnel.mux.MemoryBudget;
import io.tlstunnel.reload.Reloaded;
import io.tlstunnel.reload.Reloader;
import io.tlstunnel.transport.VertxRuntime;
import io.tlstunnel.wire.ProxyResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.security.SecureRandom;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
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
    private @Nullable HealthChecks checks;
    private @Nullable AdminServer admin;
    private @Nullable ClientSetup setup;
    private Reloader.@Nullable Source<ClientConfig> source;
    private volatile @Nullable Reloader<ClientConfig> reloader;

    /** For the launcher: takes its configuration from the deployment. */
    public ClientVerticle() {}

    ClientVerticle(ClientConfig config, ClientMetrics metrics, Reloader.@Nullable Source<ClientConfig> source) {
        this.config = config;
        this.metrics = metrics;
        this.source = source;
    }

    @Override
    public Future<?> start() {
        return configuration().compose(this::start);
    }

    private Future<ClientConfig> configuration() {
        if (config != null) {
            return Future.succeededFuture(config);
        }
        source = ClientConfiguration.source(config());
        return ClientConfiguration.of(vertx, config());
    }

    private Future<Void> start(ClientConfig loaded) {
        config = loaded;
        ClientMetrics counted = metrics != null ? metrics : new ClientMetrics(loaded.admin());
        metrics = counted;
        return vertx.executeBlocking(() -> Credentials.load(loaded)).compose(credentials -> {
            VertxRuntime runtime = VertxRuntime.of(vertx);
            MemoryBudget budget = new MemoryBudget(loaded.budget().memoryBudget());
            ClientSetup made = new ClientSetup(
                    loaded,
                    credentials.key(),
                    runtime,
                    credentials.dialler(runtime, loaded),
                    LocalServices.of(runtime, loaded, counted),
                    budget,
                    counted,
                    new SecureRandom());
            describe(runtime, credentials, loaded, counted, budget);
            setup = made;
            Tunnels started = new Tunnels(vertx, context, made, counted);
            tunnels = started;
            started.decided().onComplete(decided);
            started.superseded().onComplete(superseded);
            HealthChecks looking = new HealthChecks(context, loaded, counted, started::down);
            checks = looking;
            return startAdmin(loaded, counted, started).onSuccess(ignored -> {
                started.start();
                looking.watch(loaded.proxies());
                watch(loaded, counted);
            });
        });
    }

    private void watch(ClientConfig loaded, ClientMetrics counted) {
        if (source != null) {
            Reloader<ClientConfig> made =
                    new Reloader<>(vertx, source, this::renew, reloaded -> counted.reloaded(reloaded.outcome()));
            reloader = made;
            made.watch(loaded.reloadInterval());
        }
    }

    /** Applies what may change while the client runs. Any thread. */
    private Future<ConfigChanges> renew(ClientConfig next) {
        Promise<ConfigChanges> renewed = Promise.promise();
        context.runOnContext(ignored -> {
            ClientConfig running = Objects.requireNonNull(config, "started first");
            ClientConfig merged = running.renewedBy(next);
            ClientSetup before = Objects.requireNonNull(setup, "started first");
            setupFor(before, running, merged)
                    .map(made -> {
                        setup = made;
                        config = merged;
                        made.services().renew(merged);
                        Objects.requireNonNull(tunnels, "started first").renew(made);
                        Objects.requireNonNull(checks, "started first").watch(merged.proxies());
                        Reloader<ClientConfig> known = reloader;
                        if (known != null) {
                            known.watch(merged.reloadInterval());
                        }
                        return ConfigChanges.between(running, next);
                    })
                    .onComplete(renewed);
        });
        return renewed.future();
    }

    private Future<ClientSetup> setupFor(ClientSetup before, ClientConfig running, ClientConfig merged) {
        if (running.dialsLike(merged)) {
            return Future.succeededFuture(before.renewed(merged, before.key(), before.dialler()));
        }
        return vertx.executeBlocking(() -> Credentials.load(merged))
                .map(loaded -> before.renewed(merged, loaded.key(), loaded.dialler(before.runtime(), merged)));
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
        AdminReload reload = source == null ? null : () -> reload().map(Reloaded::toJson);
        return AdminServer.start(vertx, loaded.admin(), counted.registry(), checks, reload)
                .onSuccess(server -> admin = server)
                .mapEmpty();
    }

    /** Reads the configuration again. Any thread. */
    Future<Reloaded> reload() {
        Reloader<ClientConfig> known = reloader;
        return known == null
                ? Future.failedFuture("this client was started without a file to read again")
                : known.reload();
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
                tunnels.leave(config.timing().drainTimeout()).onComplete(left);
            }
        });
        return left.future();
    }

    @Override
    public Future<?> stop() {
        Reloader<ClientConfig> known = reloader;
        if (known != null) {
            known.close();
        }
        if (checks != null) {
            checks.close();
        }
        Future<Void> closed = tunnels == null ? Future.succeededFuture() : tunnels.close();
        return closed.eventually(() -> admin == null ? Future.succeededFuture() : admin.close());
    }
}
