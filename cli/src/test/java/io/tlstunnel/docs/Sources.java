package io.tlstunnel.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the program can say, read from its sources. */
final class Sources {

    private static final List<String> MODULES = List.of("shared", "server-verticle", "client-verticle", "cli");
    private static final Pattern JOINED = Pattern.compile("\"\\s*\\+\\s*\"");
    private static final Pattern LOGGED = Pattern.compile("(?:addKeyValue|\\.add)\\(\\s*\"(\\w+)\"");
    private static final Pattern SYSTEM_ERROR = Pattern.compile("(?:Address already in use|Too many open files)[;:]?");

    private final String text;

    private Sources(String text) {
        this.text = text;
    }

    static Sources read() {
        final String java =
                MODULES.stream().flatMap(Sources::files).map(Page::text).collect(Collectors.joining("\n"));
        final String launcher = Page.text(Page.ROOT.resolve("tls-tunnel"));
        return new Sources(JOINED.matcher(java).replaceAll("").replace("\\\"", "\"") + launcher);
    }

    private static Stream<Path> files(String module) {
        try (Stream<Path> all = Files.walk(Page.ROOT.resolve(module).resolve("src/main/java"))) {
            return all.filter(file -> file.toString().endsWith(".java")).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether a literal, or the system, says that. */
    boolean say(String fragment) {
        return text.contains(fragment) || SYSTEM_ERROR.matcher(fragment).matches();
    }

    /** Keys of log lines, names of readiness checks. */
    Set<String> logged() {
        return LOGGED.matcher(text).results().map(match -> match.group(1)).collect(Collectors.toSet());
    }
}
