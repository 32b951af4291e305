package io.tlstunnel.cli;

import io.tlstunnel.config.ConfigFiles;
import io.tlstunnel.config.ServerConfig;
import io.vertx.core.Vertx;
import java.io.PrintWriter;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tls-tunnel demo}. */
@Command(
        name = "demo",
        header = "Start a server, a client and a small web service on this machine, and prove that it works.",
        description = {
            "Ports are free ones on 127.0.0.1; key, certificate and the two configurations are made afresh in a temporary"
                    + " folder, which is removed at the end.",
            "It fetches a page through the tunnel, then shows connections, bytes and round trip each second until"
                    + " Ctrl-C."
        },
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  tls-tunnel demo                   then open the address that it prints",
            "  tls-tunnel demo --once            only the proof"
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {" 0:the page came through the tunnel", " 1:it did not"})
final class DemoCommand implements Callable<Integer> {

    @Option(names = "--once", description = "End after the proof.")
    private boolean once;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        final CommandSpec own = Objects.requireNonNull(spec, "run by picocli only");
        final PrintWriter out = Output.of(own);
        try (DemoFolder folder = DemoFolder.create()) {
            final ServerConfig server = ConfigFiles.loadServer(folder.serverFile(), folder.environment())
                    .config();
            Start.quietly(own, server.log());
            return Supervisor.run(
                            Vertx.builder(),
                            server.engine(),
                            server.timing().drainTimeout(),
                            vertx -> new Demo(vertx, folder, out)
                                    .start(server, once ? Demo.Until.PROOF : Demo.Until.SIGNAL))
                    .code();
        }
    }
}
