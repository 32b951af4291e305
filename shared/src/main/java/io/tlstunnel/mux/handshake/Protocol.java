package io.tlstunnel.mux.handshake;

import io.tlstunnel.wire.WireFormat;
import java.util.List;

/**
 * What one side speaks.
 *
 * @param versions protocol versions, highest first
 * @param features bit set of optional features
 */
public record Protocol(List<Integer> versions, long features) {
    /** This program: version 1, which defines no optional feature. */
    public static final Protocol CURRENT = new Protocol(List.of(WireFormat.VERSION), 0);

    public Protocol {
        versions = List.copyOf(versions);
    }

    /** Whether this side offered that choice. */
    boolean offers(int version, long chosenFeatures) {
        return versions.contains(version) && (chosenFeatures & ~features) == 0;
    }
}
