package io.tlstunnel.cli;

import io.tlstunnel.logging.Logging;
import io.tlstunnel.logging.Verbosity;
import java.io.PrintWriter;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The program with its commands. */
@Command(
        name = "tls-tunnel",
        header = "Make a service behind NAT or a firewall reachable, over WebSocket and TLS on port 443.",
        synopsisSubcommandLabel = "COMMAND",
        versionProvider = VersionCommand.Versions.class,
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
@SuppressWarnings("UnusedVariable") // picocli reads the flags of help and version
final class App implements Callable<Integer> {

    private static final int HELP_WIDTH = 100;
    private static final int OPTION_WIDTH = 28;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Print the version and exit.")
    private boolean versionWanted;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show this help and exit.")
    private boolean helpWanted;

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

    /** Without a command: says what there is. */
    @Override
    public Integer call() {
        final CommandLine program =
                Objects.requireNonNull(spec, "run by picocli only").commandLine();
        program.usage(program.getErr());
        return Exit.USAGE.code();
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
        program.getSubcommands().values().forEach(App::layOut);
        layOut(program);
        return program.setUsageHelpWidth(HELP_WIDTH)
                .setUsageHelpLongOptionsMaxWidth(OPTION_WIDTH)
                .setExecutionStrategy(app::execute)
                .setParameterExceptionHandler(failures::misused)
                .setExecutionExceptionHandler(failures::failed);
    }

    /** Air between the parts of a help text. */
    private static void layOut(CommandLine command) {
        command.getCommandSpec()
                .usageMessage()
                .synopsisHeading("%nUsage: ")
                .descriptionHeading("%n")
                .parameterListHeading("%n")
                .optionListHeading("%nOptions:%n")
                .commandListHeading("%nCommands:%n");
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
                        new ReloadCommand(),
                        new StatusCommand(),
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
                        new ReloadCommand(),
                        new StatusCommand(),
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
                        new ReloadCommand(),
                        new TemplateCommand(),
                        new KeyCommand(),
                        new VertxCommand(),
                        new VersionCommand(),
                        new CompletionCommand(),
                        new HelpCommand());
        };
    }
}
