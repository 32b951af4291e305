package io.tlstunnel.config;

import java.util.List;

/**
 * A configuration that can be used.
 *
 * @param config the record
 * @param warnings what to tell the user at start, in the order of the file; often empty
 */
public record Loaded<T>(T config, List<Problem> warnings) {
    public Loaded {
        warnings = List.copyOf(warnings);
    }
}
