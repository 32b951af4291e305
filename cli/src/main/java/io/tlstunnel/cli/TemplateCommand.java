package io.tlstunnel.cli;

import io.tlstunnel.config.ConfigTemplate;
import io.tlstunnel.config.FileKind;
import java.io.PrintWriter;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tls-tunnel template}. */
@Command(
        name = "template",
        header = "Print a commented configuration, ready to edit.",
        description = "The server's has a fresh auth_key in it; copy that one into the client's.",
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  tls-tunnel template server --out server.toml",
            "  tls-tunnel template client > client.toml     (put the server's auth_key into it)",
            "  tls-tunnel check client.toml"
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {Exit.OK_TEXT, Exit.RUNTIME_TEXT, Exit.USAGE_TEXT})
final class TemplateCommand implements Runnable {

    /** Whose configuration. */
    enum Kind {
        server,
        client
    }

    @Parameters(paramLabel = "KIND", description = "${COMPLETION-CANDIDATES}")
    private Kind kind = Kind.server;

    @Option(
            names = {"-o", "--out"},
            paramLabel = "FILE",
            description = "Write it to a new file with mode 600 (it holds a key).")
    private @Nullable Path out;

    @Spec
    private @Nullable CommandSpec spec;

    /** The server's has a fresh key in it; the client's needs that one. */
    private String text() {
        return switch (kind) {
            case server ->
                ConfigTemplate.of(FileKind.SERVER)
                        .replaceFirst("(?m)^auth_key = \"[^\"]*\"", "auth_key = \"" + KeyCommand.random() + "\"");
            case client -> ConfigTemplate.of(FileKind.CLIENT);
        };
    }

    @Override
    public void run() {
        final String text = text();
        final PrintWriter stdout = Output.of(spec);
        if (out == null) {
            stdout.print(text);
            stdout.flush();
        } else {
            PrivateFile.create(out, text);
            stdout.println("wrote " + out + " (mode 600)");
        }
    }
}
