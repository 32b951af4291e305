package io.tlstunnel.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** An {@link EndProgram} that runs, and what the kernel says it holds. */
final class EndProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Process process;
    private final Path out;

    private EndProcess(Process process, Path out) {
        this.process = process;
        this.out = out;
    }

    static EndProcess start(String side, Path file) throws IOException {
        return start(List.of(), side, file);
    }

    /** @param in what goes in front of the command line */
    static EndProcess start(List<String> in, String side, Path file) throws IOException {
        Path out = Files.createTempFile(file.toAbsolutePath().getParent(), side, ".log");
        List<String> command = new ArrayList<>(in);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx192m",
                "-Dtlstunnel.natives=" + Rig.natives(),
                "-cp",
                System.getProperty("java.class.path"),
                EndProgram.class.getName(),
                side,
                file.toString()));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        return new EndProcess(process, out);
    }

    /** Waits until it says a line that begins with {@code word}, and returns the rest of that line. */
    String await(String word) {
        await("'" + word + "'", PATIENCE, Duration.ofMillis(10), () -> line(word) != null);
        return String.valueOf(line(word));
    }

    /** Waits until it knows so many nodes of its cluster. */
    void awaitMembers(int count, Duration patience) {
        await(
                count + " members",
                patience,
                Duration.ofMillis(50),
                () -> said().lines()
                        .filter(line -> line.startsWith(EndProgram.MEMBERS))
                        .reduce((earlier, later) -> later)
                        .orElse("")
                        .equals(EndProgram.MEMBERS + count));
    }

    private void await(String what, Duration patience, Duration interval, BooleanSupplier said) {
        try {
            Awaitility.await().atMost(patience).pollInterval(interval).until(() -> {
                if (!process.isAlive()) {
                    throw new AssertionError("it ended before it said " + what + ": " + said());
                }
                return said.getAsBoolean();
            });
        } catch (ConditionTimeoutException e) {
            throw new AssertionError("it never said " + what + ": " + said(), e);
        }
    }

    private String line(String word) {
        return said().lines()
                .filter(line -> line.startsWith(word))
                .map(line -> line.substring(word.length()))
                .findFirst()
                .orElse(null);
    }

    String said() {
        try {
            return Files.readString(out, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** SIGKILL. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** What it holds; see {@link Descriptors}. */
    List<String> descriptors() {
        return Descriptors.of(process.pid());
    }

    /** Ports that it listens on. */
    Set<Integer> listening() {
        return Descriptors.listening(process.pid());
    }

    @Override
    public void close() {
        kill();
    }
}
