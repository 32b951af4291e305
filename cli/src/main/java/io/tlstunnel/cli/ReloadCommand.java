package io.tlstunnel.cli;

import io.tlstunnel.config.AdminConfig;
import io.tlstunnel.config.ConfigFiles;
import io.tlstunnel.config.FileKind;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tls-tunnel reload}. */
@Command(
        name = "reload",
        header = "Have a running server or client read its changed configuration.",
        description = {
            "The file is checked first: with mistakes nothing is asked. Then the program is asked on its admin port, and"
                    + " what has changed is printed, and what needs a restart.",
            "Without an admin port: kill -HUP PID."
        },
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  tls-tunnel reload server.toml",
            "  tls-tunnel reload --admin 127.0.0.1:9901 client.toml",
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {" 0:what may change while it runs has changed", Exit.RUNTIME_TEXT, " 2:the file has mistakes"})
final class ReloadCommand implements Callable<Integer> {
    private static final String OTHERWISE = "send it a SIGHUP (kill -HUP PID), or name the port with --admin";

    @Mixin
    private ConfigFile file = new ConfigFile();

    @Option(
            names = "--admin",
            paramLabel = "HOST:PORT",
            description = "Where the program's admin port is, if not where [admin] in FILE says.")
    private @Nullable String admin;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        final Path path = file.path();
        final AdminConfig config = ConfigFiles.kindOf(path) == FileKind.CLIENT
                ? ConfigFiles.loadClient(path, System.getenv()).config().admin()
                : ConfigFiles.loadServer(path, System.getenv()).config().admin();
        final AdminCall call = admin == null ? AdminCall.to(config, path, OTHERWISE) : AdminCall.to(admin);
        final JsonObject answer = call.reload();
        if (!answer.getBoolean("applied", false)) {
            final PrintWriter err = Objects.requireNonNull(spec, "run by picocli only")
                    .commandLine()
                    .getErr();
            answer.getJsonArray("mistakes").forEach(mistake -> err.println(mistake));
            return Exit.USAGE.code();
        }
        final PrintWriter out = Output.of(spec);
        final String read = answer.getString("file");
        answer.getJsonArray("warnings").forEach(warning -> out.println(warning + " (a warning)"));
        answer.getJsonArray("changed").forEach(key -> out.println("changed: " + key));
        answer.getJsonArray("needs_restart").forEach(key -> out.println("needs a restart: " + key));
        out.println(read + ": reloaded");
        if (!Path.of(read).equals(path.toAbsolutePath().normalize())) {
            throw new CliException(
                    Exit.RUNTIME, "the program that answers at " + call + " runs with another file: " + read);
        }
        return Exit.OK.code();
    }
}
