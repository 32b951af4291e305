package io.tlstunnel.logging;

/** Writes foreign text so that it can neither end a line nor pass for another key, nor steer a terminal. */
final class Escape {

    private Escape() {}

    /** A value as it stands after {@code key=}: bare where that is unmistakable, else in quotes. */
    static void value(StringBuilder out, String text) {
        if (isBare(text)) {
            out.append(text);
        } else {
            quoted(out, text);
        }
    }

    /** {@code text} in double quotes, escaped as JSON asks; invisible and control characters as {@code \}{@code uXXXX}. */
    static void quoted(StringBuilder out, String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            final char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else {
                visible(out, c, text, i);
            }
        }
        out.append('"');
    }

    /** A message: unquoted, but nothing in it can start another line. */
    static void message(StringBuilder out, String text) {
        for (int i = 0; i < text.length(); i++) {
            visible(out, text.charAt(i), text, i);
        }
    }

    private static void visible(StringBuilder out, char c, String text, int at) {
        switch (c) {
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            default -> {
                if (isHidden(c, text, at)) {
                    out.append(String.format("\\u%04x", (int) c));
                } else {
                    out.append(c);
                }
            }
        }
    }

    private static boolean isBare(String text) {
        for (int i = 0; i < text.length(); i++) {
            final char c = text.charAt(i);
            if (c <= ' ' || c == '"' || c == '\\' || c == '=' || Character.isSpaceChar(c) || isHidden(c, text, i)) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    /** Control and format characters (bidirectional overrides too), line separators, halves of surrogate pairs. */
    private static boolean isHidden(char c, String text, int at) {
        if (c >= ' ' && c < 0x7f) {
            return false;
        }
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
            case Character.SURROGATE -> !isPaired(c, text, at);
            default -> false;
        };
    }

    private static boolean isPaired(char c, String text, int at) {
        return Character.isHighSurrogate(c)
                ? at + 1 < text.length() && Character.isLowSurrogate(text.charAt(at + 1))
                : at > 0 && Character.isHighSurrogate(text.charAt(at - 1));
    }
}
