package io.tlstunnel.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What a command that ran to its end said.
 *
 * @param text standard output and standard error
 */
record Command(int exit, String text, Duration took) {

    /** Runs it; fails the test if it does not end in time. */
    static Command run(Path folder, Duration limit, List<String> command) {
        long start = System.nanoTime();
        try {
            Path out = Files.createTempFile(folder, "command", ".txt");
            Process process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(out.toFile())
                    .start();
            process.getOutputStream().close();
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(command + " did not end within " + limit + ": " + Files.readString(out));
            }
            String text = Files.readString(out, StandardCharsets.UTF_8);
            return new Command(process.exitValue(), text, Duration.ofNanos(System.nanoTime() - start));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** The same, and it must succeed. */
    static Command succeed(Path folder, Duration limit, List<String> command) {
        Command done = run(folder, limit, command);
        if (done.exit != 0) {
            throw new AssertionError(command + " ended with " + done.exit + ": " + done.text);
        }
        return done;
    }
}
