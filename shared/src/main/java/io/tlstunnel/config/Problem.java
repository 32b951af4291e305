package io.tlstunnel.config;

import org.jspecify.annotations.Nullable;

/**
 * One mistake (or warning) in a configuration, as a sentence.
 *
 * @param source the file as it was named, {@code environment}, or empty for command-line options
 * @param line 1-based; 0 = unknown
 * @param column 1-based; 0 = unknown
 * @param key the key it is about, without its table; empty where it is about the file
 * @param message the sentence, without position and without a full stop; never holds a secret
 * @param instead what to write instead, ready to paste, or null
 */
public record Problem(
        String source,
        int line,
        int column,
        String key,
        String message,
        @Nullable String instead) {

    /** {@code file:line:column: message; write …}. */
    @Override
    public String toString() {
        final StringBuilder out = new StringBuilder(source);
        if (line > 0) {
            out.append(':').append(line).append(':').append(column);
        }
        if (!out.isEmpty()) {
            out.append(": ");
        }
        out.append(message);
        if (instead != null) {
            out.append(": write ").append(instead);
        }
        return out.toString();
    }
}
