package io.tlstunnel.cli;

import io.tlstunnel.config.ConfigException;
import io.tlstunnel.config.Problem;
import io.tlstunnel.logging.Logging;
import io.tlstunnel.security.CertificateFileException;
import java.io.PrintWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** From a failure to what the user reads and the shell gets. */
final class Failures {

    /** Shown before every sentence that has no file and line in front. */
    private static final String PROGRAM = "tls-tunnel: ";

    private final Verbose verbose;

    Failures(Verbose verbose) {
        this.verbose = verbose;
    }

    /** One line per mistake; the stack trace only at {@code -vv}. */
    int failed(Exception failure, CommandLine command, CommandLine.ParseResult parsed) {
        // What was logged before comes before.
        Logging.close();
        final PrintWriter err = command.getErr();
        sentences(failure).forEach(sentence -> err.println(sentence));
        if (verbose.showsStacks()) {
            failure.printStackTrace(err);
        }
        err.flush();
        return exit(failure).code();
    }

    /** What was wrong with the command line, and where to read more. */
    int misused(CommandLine.ParameterException failure, String[] arguments) {
        final CommandLine command = failure.getCommandLine();
        final PrintWriter err = command.getErr();
        err.println(PROGRAM + firstLine(failure));
        if (!CommandLine.UnmatchedArgumentException.printSuggestions(failure, err)) {
            err.println("Try: " + command.getCommandSpec().qualifiedName() + " --help");
        }
        err.flush();
        return Exit.USAGE.code();
    }

    private static List<String> sentences(Throwable failure) {
        if (failure instanceof ConfigException config) {
            return config.problems().stream().map(Problem::toString).toList();
        }
        return List.of(PROGRAM + sentence(failure));
    }

    private static Exit exit(Throwable failure) {
        if (failure instanceof CliException own) {
            return own.exit();
        }
        return failure instanceof ConfigException || failure instanceof CertificateFileException
                ? Exit.USAGE
                : Exit.RUNTIME;
    }

    /** A failure whose message is no sentence still says what kind it is. */
    static String sentence(Throwable failure) {
        final @Nullable String message = failure.getMessage();
        if (message == null || message.isBlank()) {
            return failure.getClass().getSimpleName();
        }
        return message.indexOf(' ') < 0 ? failure.getClass().getSimpleName() + ": " + message : message;
    }

    static RuntimeException asException(Throwable failure) {
        return failure instanceof RuntimeException unchecked
                ? unchecked
                : new CliException(Exit.RUNTIME, sentence(failure), failure);
    }

    private static String firstLine(Exception failure) {
        return sentence(failure).lines().findFirst().orElse("");
    }
}
