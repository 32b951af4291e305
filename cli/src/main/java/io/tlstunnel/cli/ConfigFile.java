package io.tlstunnel.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** {@code FILE}, or {@code -c FILE}. */
final class ConfigFile {

    @Parameters(arity = "0..1", paramLabel = "FILE", description = "The configuration, TOML.")
    private @Nullable Path positional;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "The same, as an option.")
    private @Nullable Path option;

    @Spec(Target.MIXEE)
    private @Nullable CommandSpec command;

    /** Whether there is one. */
    boolean isGiven() {
        return option != null || positional != null;
    }

    /** The one that was given. */
    Path path() {
        if (option != null && positional == null) {
            return option;
        }
        if (positional != null && option == null) {
            return positional;
        }
        if (command == null) {
            throw new IllegalStateException("used outside of a command");
        }
        throw new ParameterException(
                command.commandLine(),
                option == null ? "which FILE?" : "give one FILE, not two: " + positional + " and " + option);
    }
}
