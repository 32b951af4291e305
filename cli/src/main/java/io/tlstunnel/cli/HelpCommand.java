package io.tlstunnel.cli;

import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tls-tunnel help COMMAND}: picocli's own would bring a second {@code -h}. */
@Command(name = "help", header = "Show the help of a command.", helpCommand = true)
final class HelpCommand implements Callable<Integer> {

    @Parameters(arity = "0..1", paramLabel = "COMMAND", description = "One of the program's commands.")
    private @Nullable String topic;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        final CommandSpec own = Objects.requireNonNull(spec, "run by picocli only");
        final CommandLine program = own.root().commandLine();
        final CommandLine asked =
                topic == null ? program : program.getSubcommands().get(topic);
        if (asked == null) {
            throw new ParameterException(own.commandLine(), "there is no command \"" + topic + "\"");
        }
        asked.usage(Output.of(spec));
        return Exit.OK.code();
    }
}
