package io.tlstunnel.metrics;

import io.tlstunnel.config.AdminConfig;
import io.tlstunnel.config.HostPort;
import io.tlstunnel.transport.VertxLoops;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ties the admin server's own Vert.x to the life of the watched one. */
final class AdminVerticle extends VerticleBase {

    private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);

    private final AdminConfig config;
    private final MetricsRegistry metrics;
    private final ReadinessChecks checks;
    private final AdminApi api;
    private volatile ApiGuard.Reach reach = ApiGuard.Reach.OTHERS;
    private @Nullable Vertx own;
    private volatile int port;

    AdminVerticle(AdminConfig config, MetricsRegistry metrics, ReadinessChecks checks, AdminApi api) {
        this.config = config;
        this.metrics = metrics;
        this.checks = checks;
        this.api = api;
    }

    int port() {
        return port;
    }

    @Override
    public Future<?> start() {
        return prepared()
                .compose(this::listen)
                .recover(failure -> stop().transform(closed -> Future.failedFuture(sentence(failure))));
    }

    @Override
    public Future<?> stop() {
        final Vertx ended = own;
        own = null;
        return ended == null ? Future.succeededFuture() : ended.close();
    }

    /** On a thread of its own: it would hold an event loop up, and Vert.x complains of a Vert.x made in a Vert.x. */
    private Future<Vertx> prepared() {
        final Promise<Vertx> done = Promise.promise();
        final Runnable work = () -> {
            try {
                final Vertx made = prepare();
                context.runOnContext(back -> done.complete(made));
            } catch (RuntimeException | LinkageError e) {
                context.runOnContext(back -> done.fail(e));
            }
        };
        final Thread thread = new Thread(work, "admin-start");
        thread.setDaemon(true);
        thread.start();
        return done.future();
    }

    private Vertx prepare() {
        reach = isLoopback(config.bindAddr()) ? ApiGuard.Reach.THIS_MACHINE : ApiGuard.Reach.OTHERS;
        warnIfPublic();
        metrics.bindProcess();
        return Vertx.vertx(new VertxOptions()
                .setUseDaemonThread(true)
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1)
                .setBlockedThreadCheckIntervalUnit(TimeUnit.MINUTES)
                .setBlockedThreadCheckInterval(1)
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));
    }

    private Future<Void> listen(Vertx vertxOfItsOwn) {
        own = vertxOfItsOwn;
        final ApiGuard guard = new ApiGuard(config.token(), reach);
        if (api.status() != null && guard.isClosed()) {
            LOG.warn(ApiGuard.CLOSED);
        }
        final AdminHttp http = new AdminHttp(config, metrics, checks, api, guard, VertxLoops.of(vertx));
        return vertxOfItsOwn.deployVerticle(http).map(id -> {
            port = http.port();
            LOG.atInfo()
                    .setMessage("admin listening")
                    .addKeyValue("url", "http://" + new HostPort(config.bindAddr(), port) + "/")
                    .log();
            return null;
        });
    }

    private IOException sentence(Throwable failure) {
        final List<String> parts = List.of(
                "the admin port " + new HostPort(config.bindAddr(), config.bindPort()) + " cannot be opened",
                failure.getMessage() == null ? failure.toString() : failure.getMessage(),
                "set another bind_addr or bind_port in [admin], or enabled = false");
        return new IOException(String.join("; ", parts), failure);
    }

    private void warnIfPublic() {
        if (reach == ApiGuard.Reach.OTHERS) {
            LOG.atWarn()
                    .setMessage("admin port is reachable from other machines: health and metrics have no password and"
                            + " name clients and proxies; keep it behind a firewall or bind it to 127.0.0.1")
                    .addKeyValue("bind_addr", config.bindAddr())
                    .log();
        }
    }

    /** What cannot be resolved cannot be listened on either. */
    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
