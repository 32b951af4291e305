package io.tlstunnel.mux;

/** What the owner of a stream wants to know. Called on the stream's thread. */
@FunctionalInterface
public interface StreamListener {

    /** The stream is over; called exactly once, nothing follows. Its counters are final. */
    void finished(Stream stream, StreamOutcome outcome);
}
