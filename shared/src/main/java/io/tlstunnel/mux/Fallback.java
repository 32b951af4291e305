package io.tlstunnel.mux;

import io.tlstunnel.wire.ResetCode;

/** Where a stream can go whose other end did not reach the service, so that nothing of it was delivered. */
@FunctionalInterface
public interface Fallback {

    /**
     * The peer has given {@code stream} back, which ends. Before that another one may take its place, by
     * {@link Stream#handOver}. On its thread.
     */
    void givenBack(Stream stream, ResetCode code);
}
