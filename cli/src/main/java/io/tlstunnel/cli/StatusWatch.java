package io.tlstunnel.cli;

import io.vertx.core.json.JsonObject;
import java.io.Console;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Shows something again and again until Ctrl-C. Blocks. */
final class StatusWatch {
    static final long PAUSE_SECONDS = 2;

    /** To the upper left corner, and nothing on the screen. */
    private static final String CLEAR = "\u001b[H\u001b[2J";

    /** How one follows the other. */
    enum Layout {
        /** For people: in place on a terminal, else one block after the other; each with its time. */
        SCREENS,
        /** For programs. */
        LINES
    }

    private final PrintWriter out;
    private final Layout layout;
    private final Supplier<List<String>> screen;
    private final CountDownLatch end = new CountDownLatch(1);

    /** @param screen may fail with a sentence: what does not answer now may do so later */
    StatusWatch(PrintWriter out, Layout layout, Supplier<List<String>> screen) {
        this.out = out;
        this.layout = layout;
        this.screen = screen;
    }

    /** Fails if it cannot be shown the first time. */
    Exit run() {
        show(screen.get());
        return Signals.during(this::goOn, end::countDown);
    }

    private Exit goOn() {
        try {
            while (!end.await(PAUSE_SECONDS, TimeUnit.SECONDS)) {
                show(next());
            }
            return Exit.OK;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new CliException(Exit.RUNTIME, "interrupted", stopped);
        }
    }

    private List<String> next() {
        try {
            return screen.get();
        } catch (CliException failure) {
            final String sentence = Failures.sentence(failure);
            return List.of(
                    layout == Layout.LINES
                            ? new JsonObject().put("failure", sentence).encode()
                            : sentence);
        }
    }

    private void show(List<String> lines) {
        if (layout == Layout.SCREENS) {
            out.print(isTerminal() ? CLEAR : "");
            out.println(Instant.now().truncatedTo(ChronoUnit.SECONDS));
        }
        lines.forEach(line -> out.println(line));
        if (layout == Layout.SCREENS) {
            out.println();
        }
        out.flush();
    }

    /** From Java 22 on there is a console where there is no terminal, and it says so. */
    @SuppressWarnings("SystemConsoleNull")
    private static boolean isTerminal() {
        final Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException before22) {
            return true;
        }
    }
}
