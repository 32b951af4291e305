package io.tlstunnel.cli;

import java.io.PrintWriter;
import java.io.StringWriter;

/** Runs a command line in this process. */
record Cli(int exit, String out, String err) {

    static Cli run(String... arguments) {
        return run(App.Edition.FULL, arguments);
    }

    static Cli run(App.Edition edition, String... arguments) {
        final StringWriter out = new StringWriter();
        final StringWriter err = new StringWriter();
        final int exit = App.run(edition, new PrintWriter(out), new PrintWriter(err), arguments);
        return new Cli(exit, out.toString(), err.toString());
    }
}
