package io.tlstunnel.cli;

/** Text of others on a terminal, which must not take orders from it. */
final class Printable {
    private Printable() {}

    /** With a question mark for all that moves a cursor or changes a colour. */
    static String of(String text) {
        return text.replaceAll("\\p{Cc}|\\p{Cf}", "?");
    }

    /** Columns of a terminal that it takes. */
    static int width(String text) {
        return text.codePoints().map(Printable::width).sum();
    }

    private static int width(int codePoint) {
        return switch (Character.UnicodeScript.of(codePoint)) {
            case HAN, HIRAGANA, KATAKANA, HANGUL -> 2;
            default -> 1;
        };
    }
}
