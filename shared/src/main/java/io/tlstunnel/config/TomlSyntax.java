package io.tlstunnel.config;

import java.util.Locale;
import java.util.regex.Pattern;

/** Says what is wrong with a line of TOML, to someone who does not know TOML, and without showing a secret. */
final class TomlSyntax {
    /** A piece of the file in tomlj's message; it may be a piece of a key that lacks its quotes. */
    private static final Pattern PIECE = Pattern.compile("'[^']{4,}'");

    private static final Pattern BARE_TEXT = Pattern.compile("[^=]*=\\s*[^\\s\"'\\[{0-9+-].*");
    private static final Pattern CURLY_QUOTE = Pattern.compile("[\\u2018\\u2019\\u201C\\u201D\\u300C\\uFF02]");

    private TomlSyntax() {}

    static String sentence(String message, String line) {
        final String reason = PIECE.matcher(message).replaceAll("text").replace("end-of-input", "the end of the file");
        return "this is not TOML: " + reason.substring(0, 1).toLowerCase(Locale.ROOT) + reason.substring(1)
                + hint(message, line);
    }

    /** Whether the line names a table, so that what follows a mistake in it may be read into another. */
    static boolean isHeader(String line) {
        return line.strip().startsWith("[");
    }

    private static String hint(String message, String line) {
        if (CURLY_QUOTE.matcher(line).find()) {
            return "; quotes must be straight ones";
        }
        if (message.contains("escape sequence")) {
            return "; a backslash begins an escape: put Windows paths in 'single quotes'";
        }
        if (line.strip().matches("\\[\\[[^\\]]*]|\\[[^\\[\\]]*")) {
            return "; a table is [name], an entry of a list of tables is [[name]]";
        }
        if (message.contains("expected a value") && line.matches("[^=]*=\\s*(?i:true|false|yes|no|on|off)\\s*(#.*)?")) {
            return "; it is true or false, in lower case";
        }
        if (message.contains("expected a value") && BARE_TEXT.matcher(line).matches()) {
            return "; a text stands in double quotes";
        }
        return message.contains("expected a newline") ? "; one key = value per line, a text in double quotes" : "";
    }
}
