package io.tlstunnel.wire;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The parts of docs/protocol.md that are marked {@code <!-- checked: name -->}. */
final class ProtocolPage {
    private static final Path PAGE = Path.of("..", "docs", "protocol.md");

    private ProtocolPage() {}

    /** Cells of the table behind that mark, without its head. */
    static List<List<String>> table(String name) {
        List<List<String>> rows = new ArrayList<>();
        for (String line : behind(name)) {
            if (!line.startsWith("|")) {
                break;
            }
            rows.add(Arrays.stream(line.substring(1).split("\\|", -1))
                    .map(String::trim)
                    .toList());
        }
        return rows.subList(2, rows.size());
    }

    /** The fenced block behind that mark. */
    static String block(String name) {
        List<String> lines = behind(name);
        List<String> block = lines.subList(1, lines.size());
        return String.join("\n", block.subList(0, block.indexOf("```")));
    }

    static List<String> marks() {
        return lines().stream()
                .filter(line -> line.startsWith("<!-- checked: "))
                .map(line -> line.replaceAll("<!-- checked: (.*) -->", "$1"))
                .toList();
    }

    private static List<String> behind(String name) {
        List<String> lines = lines();
        return lines.subList(lines.indexOf("<!-- checked: " + name + " -->") + 1, lines.size());
    }

    private static List<String> lines() {
        try {
            return Files.readAllLines(PAGE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
