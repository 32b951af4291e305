package io.tlstunnel.mux;

/** A RESET on its way: over when it went both ways. */
final class ResetHandshake {
    private final StreamOutcome.Reset outcome;
    private boolean sent;
    private boolean received;

    ResetHandshake(StreamOutcome.Reset outcome) {
        this.outcome = outcome;
    }

    StreamOutcome.Reset outcome() {
        return outcome;
    }

    /** The reason goes to the peer only if it does not come from there. */
    String reasonForPeer() {
        return outcome.side() == StreamOutcome.Side.THIS ? outcome.reason() : "";
    }

    boolean isSent() {
        return sent;
    }

    boolean isReceived() {
        return received;
    }

    boolean isDone() {
        return sent && received;
    }

    void sent() {
        sent = true;
    }

    void received() {
        received = true;
    }

    /** The channel on which it was sent is gone; on the next one it is sent again. */
    void sendAgain() {
        sent = false;
    }
}
