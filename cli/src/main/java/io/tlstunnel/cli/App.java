package io.tlstunnel.cli;

import io.tlstunnel.logging.Logging;
import io.tlstunnel.logging.Verbosity;
import java.io.PrintWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The program with its commands. */
@Command(
        name = "tls-tunnel",
        header = "Make a service behind NAT or a firewall reachable, over WebSocket and TLS on port 443.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        versionProvider = VersionCommand.Versions.class,
        commandListHeading = "%nCommands:%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nFirst steps:%n",
        footer = {
            "  tls-tunnel demo                           see it work, all on this machine",
            "  tls-tunnel key --out key                  make a key; copy it to both sides",
            "  tls-tunnel template server > server.toml  then: tls-tunnel server server.toml",
            "  tls-tunnel http 8080 --server example.com --publish 8000 --key-file key",
            "",
            "COMMAND --help shows examples and exit codes of each command."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {Exit.OK_TEXT, Exit.RUNTIME_TEXT, Exit.USAGE_TEXT, Exit.SUPERSEDED_TEXT})
final class App implements Runnable {

    @Mixin
    private Verbose verbose = new Verbose();

    @Spec
    private @Nullable CommandSpec spec;

    /** Which commands a jar brings. */
    enum Edition {
        FULL,
        SERVER,
        CLIENT
    }

    Verbosity verbosity() {
        return verbose.level();
    }

    @Override
    public void run() {
        if (spec != null) {
            throw new ParameterException(spec.commandLine(), "say what to do: one of the commands below is missing");
        }
    }

    /** Runs a command line. Blocks until it is done; call it on the main thread. */
    static int run(Edition edition, PrintWriter out, PrintWriter err, String... arguments) {
        return commandLine(edition).setOut(out).setErr(err).execute(arguments);
    }

    static CommandLine commandLine(Edition edition) {
        final App app = new App();
        final Failures failures = new Failures(app.verbose);
        final CommandLine program = new CommandLine(app);
        commands(edition).forEach(program::addSubcommand);
        // What follows "vertx run" is for Vert.x' launcher, which has options with one dash.
        program.getSubcommands().values().stream()
                .filter(command -> command.getCommand() instanceof VertxCommand)
                .forEach(command -> command.setStopAtPositional(true));
        return program.setUsageHelpWidth(100)
                .setUsageHelpLongOptionsMaxWidth(28)
                .setExecutionStrategy(app::execute)
                .setParameterExceptionHandler(failures::misused)
                .setExecutionExceptionHandler(failures::failed);
    }

    private int execute(CommandLine.ParseResult parsed) {
        final String complaint = Logging.complaint(System.getenv());
        if (complaint != null) {
            throw new ParameterException(parsed.commandSpec().commandLine(), complaint);
        }
        Logging.configure(verbose.level());
        return new CommandLine.RunLast().execute(parsed);
    }

    private static List<Object> commands(Edition edition) {
        return switch (edition) {
            case FULL ->
                List.of(
                        new ServerCommand(),
                        new ClientCommand(),
                        new TcpCommand(),
                        new HttpCommand(),
                        new CheckCommand(),
                        new TemplateCommand(),
                        new CertCommand(),
                        new KeyCommand(),
                        new DemoCommand(),
                        new VertxCommand(),
                        new VersionCommand(),
                        new CompletionCommand(),
                        new HelpCommand());
            case SERVER ->
                List.of(
                        new ServerCommand(),
                        new CheckCommand(),
                        new TemplateCommand(),
                        new CertCommand(),
                        new KeyCommand(),
                        new VertxCommand(),
                        new VersionCommand(),
                        new CompletionCommand(),
                        new HelpCommand());
            case CLIENT ->
                List.of(
                        new ClientCommand(),
                        new TcpCommand(),
                        new HttpCommand(),
                        new CheckCommand(),
                        new TemplateCommand(),
                        new KeyCommand(),
                        new VertxCommand(),
                        new VersionCommand(),
                        new CompletionCommand(),
                        new HelpCommand());
        };
    }
}
