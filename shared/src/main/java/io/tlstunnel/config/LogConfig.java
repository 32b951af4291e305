package io.tlstunnel.config;

/**
 * {@code [log]}.
 *
 * @param format a line with key=value, or JSON
 * @param level ERROR, WARN, INFO, DEBUG or TRACE
 * @param access whether each stream leaves an access line
 */
public record LogConfig(Format format, String level, Access access) {
    /** Shape of a log line. */
    public enum Format {
        TEXT,
        JSON
    }

    /** Access lines. */
    public enum Access {
        ON,
        OFF
    }
}
