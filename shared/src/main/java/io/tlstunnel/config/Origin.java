package io.tlstunnel.config;

/**
 * Where a value was written.
 *
 * @param kind file, environment or command line
 * @param name file as the user named it, variable or option
 * @param line 1-based; 0 = unknown or not in a file
 * @param column 1-based; 0 = unknown or not in a file
 */
record Origin(Kind kind, String name, int line, int column) implements Comparable<Origin> {

    enum Kind {
        FILE,
        ENVIRONMENT,
        OPTION
    }

    static Origin inFile(String file, int line, int column) {
        return new Origin(Kind.FILE, file, line, column);
    }

    static Origin inEnvironment(String variable) {
        return new Origin(Kind.ENVIRONMENT, variable, 0, 0);
    }

    static Origin inOption(String option) {
        return new Origin(Kind.OPTION, option, 0, 0);
    }

    /** The name under which the user knows {@code key}. */
    String subject(String key) {
        return kind == Kind.FILE ? key : name;
    }

    /** How to write {@code value}, given in TOML, here. */
    String assignment(String key, String value) {
        return switch (kind) {
            case FILE -> key + " = " + value;
            case ENVIRONMENT -> name + "=" + TomlText.plain(value);
            case OPTION -> name + " " + TomlText.plain(value);
        };
    }

    /** Where a file wants it, or nothing for an option. */
    String inside(Section section) {
        return kind == Kind.FILE ? " in " + section.header() : "";
    }

    /** {@code at line 7}, where that is known. */
    String atLine() {
        return line > 0 ? " at line " + line : "";
    }

    /** What stands before line and column. */
    String source() {
        return switch (kind) {
            case FILE -> name;
            case ENVIRONMENT -> "environment";
            case OPTION -> "";
        };
    }

    @Override
    public int compareTo(Origin other) {
        final int byKind = kind.compareTo(other.kind);
        if (byKind != 0) {
            return byKind;
        }
        final int byLine = Integer.compare(line, other.line);
        return byLine != 0 ? byLine : Integer.compare(column, other.column);
    }
}
