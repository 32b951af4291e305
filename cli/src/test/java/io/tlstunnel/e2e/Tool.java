package io.tlstunnel.e2e;

import java.io.File;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** Programs of other people that tests need. Where CI is set they must be there; on a laptop the test is skipped. */
final class Tool {
    /** Programs whose Debian package has another name. */
    private static final Map<String, String> PACKAGES =
            Map.of("sshd", "openssh-server", "ssh", "openssh-client", "scp", "openssh-client");

    /** Not in everybody's PATH, but where Debian keeps servers. */
    private static Stream<String> sbin() {
        return Stream.of("/usr/local/sbin", "/usr/sbin", "/sbin");
    }

    private Tool() {}

    /** Where that program is. Fails the test if it is nowhere and CI=true, else skips it and says so. */
    static Path require(String name) {
        String path = System.getenv().getOrDefault("PATH", "");
        return Stream.concat(Stream.of(path.split(File.pathSeparator, -1)), sbin())
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseGet(() -> noProgram(name));
    }

    private static Path noProgram(String name) {
        String sentence = "there is no " + name + ": apt-get install " + PACKAGES.getOrDefault(name, name);
        missing(sentence);
        throw new AssertionError(sentence);
    }

    /** What a test needs is not there. Fails it if CI=true, else skips it and says so. */
    static void missing(String sentence) {
        if ("true".equals(System.getenv("CI"))) {
            Assertions.fail(sentence);
        }
        loud("SKIPPED, because " + sentence);
        Assumptions.abort(sentence);
    }

    /** Past whatever collects a test's output. */
    private static void loud(String line) {
        PrintStream terminal = new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        terminal.println("!!! " + line);
    }
}
