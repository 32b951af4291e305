package io.tlstunnel.cli;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tls-tunnel vertx run VERTICLE -conf FILE}. */
@Command(
        name = "vertx",
        header = "Run server or client as a bare Vert.x verticle, with Vert.x' own launcher and its options.",
        description = "The launcher knows JSON only; TOML is translated (and checked) on the way.",
        customSynopsis = "tls-tunnel vertx [-hv] run VERTICLE -conf FILE [LAUNCHER OPTIONS...]",
        footerHeading = "%nExamples:%n",
        footer = {
            "  tls-tunnel vertx run io.tlstunnel.client.ClientVerticle -conf client.toml",
            "  tls-tunnel vertx run io.tlstunnel.server.ServerVerticle -conf server.toml",
            "  tls-tunnel vertx run --help       the launcher's options"
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {Exit.OK_TEXT, Exit.RUNTIME_TEXT, Exit.USAGE_TEXT})
final class VertxCommand implements Callable<Integer> {

    @Parameters(paramLabel = "ARGUMENT", description = "run VERTICLE -conf FILE, and what the launcher takes.")
    private List<String> arguments = List.of();

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        final CommandSpec own = Objects.requireNonNull(spec, "run by picocli only");
        return VertxRun.run(own.commandLine(), arguments).code();
    }
}
