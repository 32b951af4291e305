package io.tlstunnel.cli;

import java.util.List;
import picocli.CommandLine;

/** The command line as other test packages see it: parsed, not run. */
public final class CommandModel {

    private CommandModel() {}

    /**
     * Parses the arguments of the whole program.
     *
     * @throws CommandLine.ParameterException if the program would refuse them
     */
    public static void parse(List<String> arguments) {
        App.commandLine(App.Edition.FULL).parseArgs(arguments.toArray(String[]::new));
    }
}
