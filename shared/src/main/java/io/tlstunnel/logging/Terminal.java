package io.tlstunnel.logging;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Whether standard error is a terminal that wants colour. */
final class Terminal {

    private Terminal() {}

    /** Follows {@code NO_COLOR} (no-color.org: set and not empty) and {@code TERM=dumb}. */
    static TextLine.Colour colour(Map<String, String> environment) {
        final boolean unwanted = !environment.getOrDefault("NO_COLOR", "").isEmpty()
                || "dumb".equals(environment.getOrDefault("TERM", ""));
        return !unwanted && isTerminal() ? TextLine.Colour.ON : TextLine.Colour.OFF;
    }

    /** The launcher knows and tells; without it Linux is asked (a console object says nothing of standard error). */
    private static boolean isTerminal() {
        final String told = System.getProperty("tlstunnel.terminal");
        final Path stderr = Path.of("/proc/self/fd/2");
        if (told != null || !Files.isSymbolicLink(stderr)) {
            return Boolean.parseBoolean(told);
        }
        try {
            final String target = Files.readSymbolicLink(stderr).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
        } catch (IOException e) {
            return false;
        }
    }
}
