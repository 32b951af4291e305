package io.tlstunnel.cli;

import io.tlstunnel.config.ConfigFiles;
import io.tlstunnel.config.Loaded;
import io.tlstunnel.config.LogConfig;
import io.tlstunnel.config.ServerConfig;
import io.tlstunnel.reload.Reloader;
import io.tlstunnel.server.TunnelServer;
import io.tlstunnel.server.admin.ServerMetrics;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VertxOptions;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code tls-tunnel server}. */
@Command(
        name = "server",
        header = "Run a server: accept clients on one port and publish their services.",
        description = {
            "Without cert_path a certificate is made once, beside FILE, and its fingerprint is logged.",
            "Every key can also come from the environment: TLS_TUNNEL_SERVER_BIND_PORT=8443.",
            "A changed FILE is read again by itself (reload_interval), by SIGHUP and by `tls-tunnel reload`.",
            "SIGTERM or Ctrl-C lets what runs finish (drain_timeout); a second one stops at once."
        },
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  tls-tunnel template server --out server.toml",
            "  tls-tunnel server server.toml",
            "  TLS_TUNNEL_LOG=debug tls-tunnel server -c /etc/tls-tunnel/server.toml"
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {Exit.OK_TEXT, Exit.RUNTIME_TEXT, Exit.USAGE_TEXT})
final class ServerCommand implements Callable<Integer> {

    @Mixin
    private ConfigFile file = new ConfigFile();

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        final CommandSpec own = Objects.requireNonNull(spec, "run by picocli only");
        final Path path = file.path();
        final Loaded<ServerConfig> loaded = ConfigFiles.loadServer(path, System.getenv());
        final ServerConfig config = loaded.config();
        Start.log(own, config.log(), loaded.warnings());
        final Consumer<LogConfig> log = Start.again(own, config.log());
        final Reloader.Source<ServerConfig> source = new Reloader.Source<>(
                path, () -> ConfigFiles.loadServer(path, System.getenv()), applied -> log.accept(applied.log()));
        final ServerMetrics metrics = new ServerMetrics(config.admin());
        return Supervisor.run(
                        metrics.registry().vertx(new VertxOptions()),
                        config.engine(),
                        config.timing().drainTimeout(),
                        vertx -> TunnelServer.start(vertx, config, metrics, source)
                                .map(RunningServer::new))
                .code();
    }

    private static final class RunningServer implements Running {
        private final TunnelServer server;
        private final Promise<Exit> ended = Promise.promise();

        RunningServer(TunnelServer server) {
            this.server = server;
        }

        @Override
        public Future<Exit> ended() {
            return ended.future();
        }

        @Override
        public boolean reload() {
            server.reload().onFailure(ended::tryFail);
            return true;
        }

        @Override
        public Future<Void> shutdown() {
            return server.shutdown().onComplete(done -> ended.tryComplete(Exit.OK), ended::tryFail);
        }
    }
}
