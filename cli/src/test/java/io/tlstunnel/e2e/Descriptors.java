package io.tlstunnel.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What the kernel says a process holds of that which a tunnel needs. */
final class Descriptors {
    private static final String LISTEN = "0A";

    private Descriptors() {}

    /**
     * Each socket as {@code listen PORT}, {@code connection} or {@code dead} (the kernel is done with the connection, the
     * program is not), and what event loops are made of.
     */
    static List<String> of(long pid) {
        List<String> tcp = table(pid, "tcp", "tcp6");
        List<String> others = table(pid, "unix", "udp", "udp6");
        List<String> held = new ArrayList<>();
        try (Stream<Path> descriptors = Files.list(folder(pid).resolve("fd"))) {
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
    static Set<Integer> listening(long pid) {
        Set<Integer> ports = new TreeSet<>();
        for (String descriptor : new HashSet<>(of(pid))) {
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

    private static List<String> table(long pid, String... names) {
        try {
            List<String> rows = new ArrayList<>();
            for (String name : names) {
                Path table = folder(pid).resolve("net").resolve(name);
                if (Files.exists(table)) {
                    rows.addAll(Files.readAllLines(table));
                }
            }
            return rows;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path folder(long pid) {
        return Path.of("/proc", Long.toString(pid));
    }
}
