package io.tlstunnel.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A page of Markdown, cut into what is checked.
 *
 * @param name path below the project's root
 * @param prose the text without fenced blocks
 */
public record Page(Path path, String name, List<Block> blocks, String prose) {

    static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    private static final Pattern FENCE =
            Pattern.compile("(?ms)^```([^\\n`]*)\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern SPAN = Pattern.compile("`([^`\\n]+)`");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} +(.+)$");

    /**
     * A fenced block.
     *
     * @param info what stands behind the fence: {@code sh}, {@code sh run}, {@code toml server.toml}…
     */
    public record Block(List<String> info, String text) {
        boolean is(String language) {
            return info.get(0).equals(language);
        }

        /** The second word of the info string, or the empty text. */
        String mark() {
            return info.size() > 1 ? info.get(1) : "";
        }

        @Override
        public String toString() {
            return text.lines().findFirst().orElse("empty");
        }
    }

    /** The pages of the project's root and of docs, with all folders below it. */
    static List<Page> all() {
        try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"));
                Stream<Path> top = Files.list(ROOT)) {
            return Stream.concat(top, docs)
                    .filter(file -> file.toString().endsWith(".md"))
                    .sorted()
                    .map(Page::read)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static Page of(String name) {
        return read(ROOT.resolve(name));
    }

    private static Page read(Path path) {
        final String text = text(path);
        final List<Block> blocks = new ArrayList<>();
        FENCE.matcher(text)
                .results()
                .forEach(fence ->
                        blocks.add(new Block(List.of(fence.group(1).strip().split(" +", -1)), fence.group(2))));
        return new Page(
                path,
                ROOT.relativize(path.toAbsolutePath().normalize()).toString(),
                blocks,
                FENCE.matcher(text).replaceAll(""));
    }

    static String text(Path path) {
        try {
            return Files.readString(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public List<Block> blocks(String language) {
        return blocks.stream().filter(block -> block.is(language)).toList();
    }

    /** What stands between backticks in a line. */
    List<String> spans() {
        return groups(SPAN);
    }

    /** Targets of links that are no URLs. */
    List<String> links() {
        return groups(LINK).stream()
                .filter(target -> !target.contains("://") && !target.startsWith("mailto:"))
                .toList();
    }

    /** Anchors of the headings, as GitHub makes them. */
    Set<String> anchors() {
        final Set<String> anchors = new HashSet<>();
        for (final String heading : groups(HEADING)) {
            final String plain = heading.toLowerCase(Locale.ROOT)
                    .replaceAll("[^\\p{L}\\p{N} _-]", "")
                    .replace(' ', '-');
            anchors.add(plain);
        }
        return anchors;
    }

    private List<String> groups(Pattern pattern) {
        return pattern.matcher(prose)
                .results()
                .map((MatchResult match) -> match.group(1))
                .collect(Collectors.toList());
    }

    @Override
    public String toString() {
        return name;
    }
}
