package io.tlstunnel.cli;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tls-tunnel completion}. */
@Command(
        name = "completion",
        header = "Print a script that completes commands and options in the shell.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  source <(tls-tunnel completion bash)",
            "  tls-tunnel completion bash > /etc/bash_completion.d/tls-tunnel",
            "  tls-tunnel completion zsh >> ~/.zshrc"
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {Exit.OK_TEXT, Exit.USAGE_TEXT})
final class CompletionCommand implements Runnable {

    /** Shells that there is a script for. */
    enum Shell {
        bash,
        zsh
    }

    @Parameters(paramLabel = "SHELL", description = "${COMPLETION-CANDIDATES}")
    private Shell shell = Shell.bash;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public void run() {
        final CommandLine program =
                Objects.requireNonNull(spec, "run by picocli only").root().commandLine();
        // picocli's script runs in both; in zsh it leans on the completion system, which plain zsh has not loaded.
        if (shell == Shell.zsh) {
            Output.of(spec).println("(( $+functions[compdef] )) || { autoload -Uz compinit && compinit }");
        }
        Output.of(spec).print(AutoComplete.bash("tls-tunnel", program));
        Output.of(spec).flush();
    }
}
