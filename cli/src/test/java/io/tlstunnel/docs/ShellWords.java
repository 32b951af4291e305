package io.tlstunnel.docs;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** As much of a shell's grammar as the pages use: words, quotes, comments, pipes, redirections, variables in front. */
final class ShellWords {

    private static final Set<Character> ENDS_COMMAND = Set.of('|', ';', '&', '\n', '(', ')');
    private static final String PROGRAM = "tls-tunnel";

    private final String text;
    private final List<List<String>> commands = new ArrayList<>();
    private List<String> command = new ArrayList<>();
    private final StringBuilder word = new StringBuilder();
    private boolean inWord;
    private boolean redirected;

    private ShellWords(String text) {
        this.text = text.replace("\\\n", " ");
    }

    /** The arguments of each call of this program in {@code text}. */
    static List<List<String>> ofProgram(String text) {
        return new ShellWords(text)
                .commands().stream()
                        .map(ShellWords::withoutFront)
                        .filter(words -> !words.isEmpty()
                                && (words.get(0).equals(PROGRAM) || words.get(0).endsWith("/" + PROGRAM)))
                        .map(words -> words.subList(1, words.size()))
                        .toList();
    }

    /** Without prompt, sudo and variables. */
    private static List<String> withoutFront(List<String> words) {
        int first = 0;
        while (first < words.size() && words.get(first).matches("\\$|sudo|source|[A-Z_]+=.*")) {
            first++;
        }
        return words.subList(first, words.size());
    }

    private List<List<String>> commands() {
        for (int i = 0; i < text.length(); i++) {
            final char c = text.charAt(i);
            if (c == '"' || c == '\'') {
                final int end = text.indexOf(c, i + 1);
                inWord = true;
                word.append(text, i + 1, end);
                i = end;
            } else if (c == '#' && !inWord) {
                i = Math.max(i, text.indexOf('\n', i) < 0 ? text.length() : text.indexOf('\n', i) - 1);
            } else if (ENDS_COMMAND.contains(c)) {
                endCommand();
            } else if (c == '>' || c == '<') {
                endWord();
                redirected = true;
            } else if (Character.isWhitespace(c)) {
                endWord();
            } else {
                inWord = true;
                word.append(c);
            }
        }
        endCommand();
        return commands;
    }

    private void endWord() {
        if (inWord && !redirected) {
            command.add(word.toString());
        }
        redirected &= !inWord;
        inWord = false;
        word.setLength(0);
    }

    private void endCommand() {
        endWord();
        redirected = false;
        if (!command.isEmpty()) {
            commands.add(command);
            command = new ArrayList<>();
        }
    }
}
