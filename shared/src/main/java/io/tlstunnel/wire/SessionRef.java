package io.tlstunnel.wire;

/**
 * Names a session: 128-bit id and the epoch that the cluster issued.
 *
 * @param epoch 1 or more
 */
public record SessionRef(long idHigh, long idLow, long epoch) {
    /** The id as 32 hex digits. */
    public String id() {
        return "%016x%016x".formatted(idHigh, idLow);
    }

    @Override
    public String toString() {
        return id() + "/" + epoch;
    }
}
