package io.tlstunnel.wire;

/** State of a stream as its end tells it in RESUME and RESUMED. */
public sealed interface StreamState {

    record Open() implements StreamState {}

    /** The end has received the peer's FIN. */
    record FinReceived() implements StreamState {}

    /** The end has reset the stream; its bytes below {@code finalOffset} are still to be delivered. */
    record Reset(ResetCode code, long finalOffset) implements StreamState {}
}
