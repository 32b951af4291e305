package io.tlstunnel.server.tunnel;

/** What the node decides about a client that proved its key. */
sealed interface Admission {

    /** It may have a tunnel of that session. */
    record Admitted(Session session) implements Admission {}

    /** Its session was taken over by a later run of the same client. */
    record Superseded() implements Admission {}

    /** A limit forbids it; the reason is for the log. */
    record Denied(String reason) implements Admission {}
}
