package io.tlstunnel.cli;

import java.io.PrintWriter;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/** Where a command's answer goes. */
final class Output {

    private Output() {}

    /** The output of a command that picocli has filled in. */
    static PrintWriter of(@Nullable CommandSpec spec) {
        return Objects.requireNonNull(spec, "run by picocli only").commandLine().getOut();
    }
}
