package io.tlstunnel.cli;

import io.tlstunnel.logging.Verbosity;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** {@code -v} and {@code -vv}, on the program and on each of its commands. */
final class Verbose {

    @Option(
            names = {"-v", "--verbose"},
            scope = ScopeType.INHERIT,
            description = "Log more; -vv logs everything and shows stack traces. (Or TLS_TUNNEL_LOG=debug.)")
    private boolean[] flags = {};

    Verbosity level() {
        return Verbosity.of(flags.length);
    }

    boolean showsStacks() {
        return level() == Verbosity.VERY_VERBOSE;
    }
}
