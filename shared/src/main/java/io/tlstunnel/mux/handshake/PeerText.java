package io.tlstunnel.mux.handshake;

/** Text of a peer that has proved nothing yet, made fit for a log line. */
final class PeerText {
    private static final int MAX = 200;

    private PeerText() {}

    /** In double quotes, cut to 200 characters; what could forge or hide a line is escaped. */
    static String quoted(String text) {
        StringBuilder out = new StringBuilder("\"");
        text.codePoints().limit(MAX).forEach(c -> {
            if (c == '"' || c == '\\') {
                out.append('\\').appendCodePoint(c);
            } else if (isPlain(c)) {
                out.appendCodePoint(c);
            } else {
                out.append("\\u{%x}".formatted(c));
            }
        });
        return out.append(text.codePointCount(0, text.length()) > MAX ? "\"…" : "\"")
                .toString();
    }

    /** Whether a name has nothing but visible characters and single blanks in the middle of lines. */
    static boolean isPlain(String text) {
        return text.codePoints().allMatch(PeerText::isPlain);
    }

    private static boolean isPlain(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.UNASSIGNED,
                    Character.PRIVATE_USE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
