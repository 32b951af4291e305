package io.tlstunnel.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A file of {@code conf/} that people copy, or some parts of it, with other values put in. */
record Sample(String text) {
    private static final Path CONF = Path.of("../conf");

    /** Those of the samples are 10.0.0.11 to 13. */
    private static final int NODES = 3;

    /** Begins a part, at the margin. */
    private static final String MARK = "# ---- ";

    private static final Pattern PART = Pattern.compile("(?m)^(?=" + MARK + ")");

    /** Nodes on this machine: 127.0.0.1 and further, all with that port. */
    record Nodes(int count, int port) {
        static Nodes one(int port) {
            return new Nodes(1, port);
        }
    }

    /** Its head and those parts, by how their titles begin. */
    static Sample of(String file, String... parts) {
        try {
            List<String> pieces =
                    PART.splitAsStream(Files.readString(CONF.resolve(file))).toList();
            return new Sample(pieces.get(0)
                    + Stream.of(parts).map(part -> find(pieces, part)).collect(Collectors.joining()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String find(List<String> pieces, String part) {
        return pieces.stream()
                .filter(piece -> piece.startsWith(MARK + part))
                .findFirst()
                .orElseThrow(() -> new AssertionError("the sample has no part " + part));
    }

    /** Puts one thing in place of another, which must be there. */
    Sample with(String from, Object to) {
        if (!text.contains(from)) {
            throw new AssertionError("the sample has no " + from + ":\n" + text);
        }
        return new Sample(text.replace(from, to.toString()));
    }

    /**
     * Puts nodes in place of the sample's own; where these are fewer, the lines of the others are left out.
     *
     * @param port what the sample's own have
     * @param more what follows the new one
     */
    Sample with(Nodes nodes, int port, String more) {
        Sample sample = this;
        for (int node = 1; node <= NODES; node++) {
            String address = "10.0.0.1" + node;
            sample = node > nodes.count()
                    ? sample.withoutLines(address)
                    : sample.with(address + ":" + port, "127.0.0." + node + ":" + nodes.port() + more);
        }
        return sample;
    }

    /** Leaves out the lines that hold {@code word}; there must be some. */
    Sample withoutLines(String word) {
        with(word, "");
        return new Sample(
                text.lines().filter(line -> !line.contains(word)).collect(Collectors.joining("\n", "", "\n")));
    }
}
