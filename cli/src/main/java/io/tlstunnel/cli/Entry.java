package io.tlstunnel.cli;

import io.tlstunnel.logging.Logging;
import java.io.PrintWriter;
import java.nio.charset.Charset;

/** What all mains do: settings before any library loads, the command, the last log lines, the exit code. */
final class Entry {

    private Entry() {}

    static void main(App.Edition edition, String... arguments) {
        JvmSettings.apply();
        final int code = App.run(
                edition,
                new PrintWriter(System.out, true, Charset.defaultCharset()),
                new PrintWriter(System.err, true, Charset.defaultCharset()),
                arguments);
        Logging.close();
        System.exit(code);
    }
}
