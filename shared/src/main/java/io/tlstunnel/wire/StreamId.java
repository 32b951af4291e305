package io.tlstunnel.wire;

/**
 * Identifies a stream in the whole cluster, for ever.
 *
 * @param incarnation incarnation of the ingress node
 * @param counter number given by that incarnation; top bit set when a visitor made it
 */
public record StreamId(long incarnation, long counter) {
    @Override
    public String toString() {
        return "%016x-%016x".formatted(incarnation, counter);
    }
}
