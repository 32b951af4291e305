package io.tlstunnel.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** An {@link EndProgram} that runs, and what the kernel says it holds. */
final class EndProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String LISTEN = "0A";

    private final Process process;
    private final Path out;

    private EndProcess(Process process, Path out) {
        this.process = process;
        this.out = out;
    }

    static EndProcess start(String side, Path file) throws IOException {
        Path out = Files.createTempFile(file.toAbsolutePath().getParent(), side, ".log");
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx128m",
                        "-Dtlstunnel.natives=" + Rig.natives(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        EndProgram.class.getName(),
                        side,
                        file.toString()))
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        return new EndProcess(process, out);
    }

    /** Waits until it says a line that begins with {@code word}, and returns the rest of that line. */
    String await(String word) {
        Awaitility.await()
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(10))
                .failFast("it ended: " + said(), () -> !process.isAlive())
                .until(() -> line(word) != null);
        return String.valueOf(line(word));
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

    /**
     * Descriptors that a tunnel needs: each socket as {@code listen PORT}, {@code connection} or {@code dead} (the kernel
     * is done with the connection, the program is not), and what event loops are made of.
     */
    List<String> descriptors() {
        List<String> tcp = table("tcp", "tcp6");
        List<String> others = table("unix", "udp", "udp6");
        List<String> held = new ArrayList<>();
        try (Stream<Path> descriptors = Files.list(folder().resolve("fd"))) {
            for (Path descriptor : descriptors.toList()) {
                held.add(describe(target(descriptor), tcp, others));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        held.removeIf(String::isEmpty);
        held.sort(null);
        return held;
    }

    /** Ports that it listens on. */
    Set<Integer> listening() {
        Set<Integer> ports = new TreeSet<>();
        for (String descriptor : new HashSet<>(descriptors())) {
            if (descriptor.startsWith("listen ")) {
                ports.add(Integer.parseInt(descriptor.substring("listen ".length())));
            }
        }
        return ports;
    }

    private static String target(Path descriptor) throws IOException {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (NoSuchFileException e) {
            // It was closed meanwhile.
            return "";
        }
    }

    private static String describe(String target, List<String> tcp, List<String> others) {
        if (!target.startsWith("socket:[")) {
            return target.startsWith("anon_inode:") ? target : "";
        }
        String inode = target.substring("socket:[".length(), target.length() - 1);
        for (String row : tcp) {
            String[] fields = row.trim().split("\\s+", -1);
            if (fields.length > 9 && fields[9].equals(inode)) {
                int port = Integer.parseInt(fields[1].substring(fields[1].lastIndexOf(':') + 1), 16);
                return fields[3].equals(LISTEN) ? "listen " + port : "connection";
            }
        }
        // The JDK has a UNIX socket, which it puts in the place of sockets that are being closed; Vert.x asks DNS by
        // UDP.
        return others.stream().anyMatch(row -> row.contains(" " + inode)) ? "" : "dead";
    }

    private List<String> table(String... names) {
        try {
            List<String> rows = new ArrayList<>();
            for (String name : names) {
                Path table = folder().resolve("net").resolve(name);
                if (Files.exists(table)) {
                    rows.addAll(Files.readAllLines(table));
                }
            }
            return rows;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path folder() {
        return Path.of("/proc", String.valueOf(process.pid()));
    }

    @Override
    public void close() {
        kill();
    }
}
