package io.tlstunnel.cli;

import io.tlstunnel.config.ClientConfig;
import io.tlstunnel.config.ConfigFiles;
import io.tlstunnel.config.Loaded;
import io.tlstunnel.config.LogConfig;
import io.tlstunnel.reload.Reloader;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code tls-tunnel client}. */
@Command(
        name = "client",
        header = "Run a client: dial the server and publish local services there.",
        description = {
            "It dials out only and comes back by itself when the connection is lost.",
            "Every key can also come from the environment: TLS_TUNNEL_CLIENT_SERVER_ADDR=example.com.",
            "A changed FILE is read again by itself (reload_interval), by SIGHUP and by `tls-tunnel reload`.",
            "SIGTERM or Ctrl-C lets what runs finish (drain_timeout); a second one stops at once."
        },
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  tls-tunnel template client --out client.toml",
            "  tls-tunnel client client.toml",
            "  tls-tunnel client -v -c client.toml",
            "",
            "Without a file: tls-tunnel tcp --help, tls-tunnel http --help."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {Exit.OK_TEXT, Exit.RUNTIME_TEXT, Exit.USAGE_TEXT, Exit.SUPERSEDED_TEXT})
final class ClientCommand implements Callable<Integer> {

    @Mixin
    private ConfigFile file = new ConfigFile();

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        final CommandSpec own = Objects.requireNonNull(spec, "run by picocli only");
        final Path path = file.path();
        final Loaded<ClientConfig> loaded = ConfigFiles.loadClient(path, System.getenv());
        final ClientConfig config = loaded.config();
        Start.log(own, config.log(), loaded.warnings());
        final Consumer<LogConfig> log = Start.again(own, config.log());
        return RunningClient.run(
                config,
                new Reloader.Source<>(
                        path,
                        () -> ConfigFiles.loadClient(path, System.getenv()),
                        applied -> log.accept(applied.log())));
    }
}
