package io.tlstunnel.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** A process beside the test, with all it says kept; ended with the test at the latest. */
final class Daemon implements AutoCloseable {
    /** A JVM on a loaded two-core machine needs seconds. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final Duration GRACE = Duration.ofSeconds(10);
    private static final int LEAK_ROUNDS = 2;
    private static final Pattern RSS = Pattern.compile("VmRSS:\\s*(\\d+) kB");
    private static final Pattern PEAK = Pattern.compile("VmHWM:\\s*(\\d+) kB");

    private static final Pattern LISTENING = Pattern.compile("server listening.*addr=127\\.0\\.0\\.1:(\\d+)");
    private static final Pattern ADMIN = Pattern.compile("admin listening url=http://127\\.0\\.0\\.1:(\\d+)/");
    private static final Pattern FAULT = Pattern.compile("LEAK:|ERROR|Exception");

    /** The launcher's own: with a default heap the garbage of a quarter of an hour would count as memory held. */
    private static final List<String> LAUNCHER_FLAGS = launcherFlags();

    private final String name;
    private final Process process;
    private final Path log;

    private Daemon(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
    }

    static Daemon start(Path folder, String name, List<String> command) {
        return start(folder, name, command, Map.of());
    }

    private static Daemon start(Path folder, String name, List<String> command, Map<String, String> environment) {
        Path log = folder.resolve(name + ".log");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().keySet().removeIf(key -> key.startsWith("TLS_TUNNEL_") || key.equals("RUST_LOG"));
        builder.environment().putAll(environment);
        try {
            return new Daemon(name, builder.start(), log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The program itself, on this build's class path, as the launcher starts it; metrics on a free port. */
    static Daemon tlsTunnel(Path folder, String name, List<String> jvmFlags, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(LAUNCHER_FLAGS);
        command.add("-Dtlstunnel.terminal=false");
        command.add("-Dtlstunnel.natives=" + Rig.natives());
        command.addAll(jvmFlags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "io.tlstunnel.cli.Main"));
        command.addAll(List.of(arguments));
        return start(folder, name, command, Map.of("TLS_TUNNEL_ADMIN_BIND_PORT", "0"));
    }

    private static List<String> launcherFlags() {
        try {
            String launcher = Files.readString(Path.of("..", "tls-tunnel"), StandardCharsets.UTF_8);
            List<String> flags = Pattern.compile(" (-X\\S+|--(?:enable|add)-\\S+)")
                    .matcher(launcher.substring(launcher.lastIndexOf("exec \"$java\"")))
                    .results()
                    .map(found -> found.group(1))
                    .toList();
            if (!flags.contains("-XX:+UseSerialGC")) {
                throw new AssertionError("not the launcher's flags: " + flags);
            }
            return flags;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A line on its standard input. */
    void hear(String line) throws IOException {
        process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    /** Waits until it has said {@code text}. */
    Daemon await(String text) {
        await(Pattern.compile(Pattern.quote(text)));
        return this;
    }

    /** Waits until it has said that, and finds it. */
    Matcher await(Pattern pattern) {
        Awaitility.await(name + " says " + pattern)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .failFast(name + " ended without saying it", () -> requireAlive(pattern))
                .until(() -> pattern.matcher(log()).find());
        Matcher found = pattern.matcher(log());
        if (!found.find()) {
            throw new AssertionError("it was there a moment ago: " + pattern);
        }
        return found;
    }

    private void requireAlive(Pattern pattern) {
        if (!process.isAlive() && !pattern.matcher(log()).find()) {
            throw new AssertionError(log());
        }
    }

    /** Waits until a server listens; its tunnel port. */
    int tunnelPort() {
        return Integer.parseInt(await(LISTENING).group(1));
    }

    /** Waits until a client has published that proxy; its public port. */
    int published(String proxy) {
        Pattern published = Pattern.compile("published proxy=" + Pattern.quote(proxy) + " address=\\S+:(\\d+)");
        return Integer.parseInt(await(published).group(1));
    }

    /** Waits until there is an admin port. */
    int adminPort() {
        return Integer.parseInt(await(ADMIN).group(1));
    }

    /** The same; what it tells. */
    Metrics metrics() {
        return Metrics.of(adminPort());
    }

    /** How often it has said {@code text} so far. */
    int count(String text) {
        return (int)
                Pattern.compile(Pattern.quote(text)).matcher(log()).results().count();
    }

    /** Nothing leaked and nothing went wrong that nobody foresaw. What leaked is told of at the next allocation. */
    void checkLog() {
        for (int round = 0; round < LEAK_ROUNDS; round++) {
            collectGarbage();
            if (ADMIN.matcher(log()).find()) {
                metrics().text();
            }
        }
        if (FAULT.matcher(log()).find()) {
            throw new AssertionError(log());
        }
    }

    String log() {
        try {
            return Files.readString(log, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Resident memory now, in KiB. */
    long rssKib() {
        return status(RSS);
    }

    /** Resident memory at its highest since {@link #resetPeak}, in KiB. */
    long peakRssKib() {
        return status(PEAK);
    }

    /** The peak of resident memory is what it is now. */
    void resetPeak() {
        try {
            Files.writeString(Path.of("/proc/" + process.pid() + "/clear_refs"), "5");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private long status(Pattern figure) {
        try {
            Matcher found = figure.matcher(Files.readString(Path.of("/proc/" + process.pid() + "/status")));
            if (found.find()) {
                return Long.parseLong(found.group(1));
            }
            throw new AssertionError(name + " has no " + figure + ": it has ended");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes its JVM collect garbage, so that leaked buffers are found. */
    void collectGarbage() {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        try {
            new ProcessBuilder(jcmd.toString(), Long.toString(process.pid()), "GC.run")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** What it holds; see {@link Descriptors}. */
    List<String> descriptors() {
        return Descriptors.of(process.pid());
    }

    /** Ports that it listens on. */
    Set<Integer> listening() {
        return Descriptors.listening(process.pid());
    }

    /** A signal by its name. */
    void signal(String signal) {
        String pid = Long.toString(process.pid());
        Command.succeed(log.toAbsolutePath().getParent(), GRACE, List.of("kill", "-" + signal, pid));
    }

    /** SIGKILL to it and to all processes that it has started. */
    void kill() {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroyForcibly();
        children.forEach(ProcessHandle::destroyForcibly);
    }

    /** Waits for its end by itself. */
    int exit() {
        if (!endsWithin(PATIENCE)) {
            throw new AssertionError(name + " still runs:\n" + log());
        }
        return process.exitValue();
    }

    /** SIGTERM, and what comes of it. */
    int terminate() {
        process.destroy();
        return exit();
    }

    private boolean endsWithin(Duration limit) {
        try {
            return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void close() {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroy();
        if (!endsWithin(GRACE)) {
            process.destroyForcibly();
        }
        children.forEach(ProcessHandle::destroyForcibly);
    }
}
