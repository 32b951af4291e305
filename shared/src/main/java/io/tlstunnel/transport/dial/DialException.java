package io.tlstunnel.transport.dial;

import org.jspecify.annotations.Nullable;

/** A dial failed. The message is a sentence for the user: what happened and what to do. */
public final class DialException extends Exception {
    private final Kind kind;

    DialException(Kind kind, String sentence, @Nullable Throwable cause) {
        super(sentence, cause);
        this.kind = kind;
    }

    DialException(Kind kind, String sentence) {
        this(kind, sentence, null);
    }

    /** What kind of failure: some are not worth another try soon. */
    public Kind kind() {
        return kind;
    }

    /** Kinds of failure. */
    public enum Kind {
        /** The name has no address, or the resolver did not answer. */
        DNS,
        /** Nobody listens on the port. */
        REFUSED,
        /** No answer in time. */
        TIMEOUT,
        /** The network or the peer broke off. */
        NETWORK,
        /** The certificate was not accepted. */
        TLS_UNTRUSTED,
        /** Any other failure of TLS. */
        TLS,
        /** Another HTTP status than 101. */
        HTTP_STATUS,
        /** 101, but not WebSocket as RFC 6455 has it; or no HTTP at all. */
        NOT_WEBSOCKET,
        /** The proxy wants other credentials. */
        PROXY_AUTH,
        /** The proxy refused or could not reach the server. */
        PROXY
    }
}
