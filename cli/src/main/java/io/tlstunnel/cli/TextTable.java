package io.tlstunnel.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Columns of text for people. */
final class TextTable {
    private static final String GAP = "  ";

    private final List<List<String>> rows = new ArrayList<>();

    TextTable(String... heading) {
        rows.add(List.of(heading));
    }

    /** Another row, of as many cells as the heading. */
    void row(String... cells) {
        if (cells.length != rows.get(0).size()) {
            throw new IllegalArgumentException("a row has as many cells as the heading");
        }
        rows.add(List.of(cells).stream().map(Printable::of).toList());
    }

    /** The lines, without blanks at their ends. */
    List<String> lines() {
        final List<Integer> widths = IntStream.range(0, rows.get(0).size())
                .mapToObj(column -> rows.stream()
                        .mapToInt(row -> Printable.width(row.get(column)))
                        .max()
                        .orElse(0))
                .toList();
        return rows.stream().map(row -> line(row, widths)).toList();
    }

    private static String line(List<String> row, List<Integer> widths) {
        return IntStream.range(0, row.size())
                .mapToObj(column -> row.get(column) + " ".repeat(widths.get(column) - Printable.width(row.get(column))))
                .collect(Collectors.joining(GAP))
                .stripTrailing();
    }
}
