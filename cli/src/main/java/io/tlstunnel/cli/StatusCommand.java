package io.tlstunnel.cli;

import io.tlstunnel.config.AdminConfig;
import io.tlstunnel.config.ConfigFiles;
import io.tlstunnel.config.FileKind;
import io.tlstunnel.config.Secret;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tls-tunnel status}. */
@Command(
        name = "status",
        header = "Show nodes, clients, tunnels and ports of a running server, and who serves a port.",
        description = {
            "A server is asked on its admin port. FILE is its configuration: that says where the port is, and with which"
                    + " token. From elsewhere: --url and --token-file.",
            "In a cluster each node tells what it knows; ask the one that visitors come to."
        },
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  tls-tunnel status server.toml",
            "  tls-tunnel status --watch server.toml",
            "  tls-tunnel status --why 2222 server.toml",
            "  tls-tunnel status --url http://10.0.0.2:9900 --token-file token --format json",
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {" 0:the server answered", Exit.RUNTIME_TEXT, Exit.USAGE_TEXT})
final class StatusCommand implements Callable<Integer> {
    private static final String API = "/api/v1/";
    private static final int LAST_PORT = 65_535;

    /** Shape of the answer. */
    enum Format {
        text,
        json
    }

    @Mixin
    private ConfigFile file = new ConfigFile();

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "Where the admin port is, if not where [admin] in FILE says.")
    private @Nullable String url;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "Holds the token, if it is not that of [admin] in FILE.")
    private @Nullable Path tokenFile;

    @Option(names = "--why", paramLabel = "PORT", description = "Say who would serve that port now, and why.")
    private @Nullable Integer why;

    @Option(names = "--format", paramLabel = "FORMAT", description = "${COMPLETION-CANDIDATES}")
    private Format format = Format.text;

    @Option(
            names = {"-w", "--watch"},
            description = "Show it again each " + StatusWatch.PAUSE_SECONDS + " s until Ctrl-C.")
    private boolean watch;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        if (why != null && (why < 1 || why > LAST_PORT)) {
            throw new CliException(Exit.USAGE, "--why takes a port from 1 to " + LAST_PORT + ", not " + why);
        }
        final AdminCall server = server();
        final PrintWriter out = Output.of(spec);
        if (watch) {
            final StatusWatch.Layout layout =
                    format == Format.text ? StatusWatch.Layout.SCREENS : StatusWatch.Layout.LINES;
            return new StatusWatch(out, layout, () -> lines(server)).run().code();
        }
        lines(server).forEach(line -> out.println(line));
        return Exit.OK.code();
    }

    private AdminCall server() {
        if (url != null && !file.isGiven()) {
            return AdminCall.to(url, tokenFile == null ? null : token(tokenFile));
        }
        final Path path = file.path();
        if (ConfigFiles.kindOf(path) == FileKind.CLIENT) {
            throw new CliException(Exit.USAGE, path + " is a client's; status is asked of a server");
        }
        final AdminConfig written =
                ConfigFiles.loadServer(path, System.getenv()).config().admin();
        final AdminConfig config = tokenFile == null
                ? written
                : new AdminConfig(
                        written.enabled(),
                        written.bindAddr(),
                        written.bindPort(),
                        written.metricsMaxProxies(),
                        token(tokenFile));
        return url == null ? AdminCall.to(config, path, "name it with --url") : AdminCall.to(url, config.token());
    }

    /** Not from the command line: others on this machine can read that. */
    private static Secret token(Path file) {
        try {
            final String text = Files.readString(file).strip();
            if (!text.matches("[\\x21-\\x7e]+")) {
                throw new CliException(Exit.USAGE, "--token-file names " + file + ", which holds no token");
            }
            return new Secret(text);
        } catch (IOException unreadable) {
            throw new CliException(Exit.USAGE, "--token-file names " + file + ", which cannot be read", unreadable);
        }
    }

    private List<String> lines(AdminCall server) {
        if (why != null) {
            final JsonObject answer = server.get(API + "why/" + why);
            return format == Format.json ? json(answer) : StatusText.why(answer);
        }
        final JsonObject cluster = server.get(API + "cluster");
        final JsonObject clients = server.get(API + "clients");
        final JsonObject proxies = server.get(API + "proxies");
        return format == Format.json
                ? json(new JsonObject()
                        .put("cluster", cluster)
                        .put("clients", clients)
                        .put("proxies", proxies))
                : StatusText.of(cluster, clients, proxies);
    }

    /** One line for each of many, so that they can be told apart. */
    private List<String> json(JsonObject answer) {
        return List.of(watch ? answer.encode() : answer.encodePrettily());
    }
}
