package io.tlstunnel.mux;

import io.tlstunnel.wire.ResetCode;

/** Where a stream can go whose other end did not reach the service, so that nothing of it was delivered. */
@FunctionalInterface
public interface Fallback {

    /**
     * The peer has given {@code stream} back, or a relay has not passed it on. Another one may take its place now, by
     * {@link Stream#handOver}. On its thread.
     *
     * @return whether another one has
     */
    boolean givenBack(Stream stream, ResetCode code);
}
