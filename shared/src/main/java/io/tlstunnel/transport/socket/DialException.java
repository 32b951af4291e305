package io.tlstunnel.transport.socket;

import io.tlstunnel.wire.ResetCode;

/** A local service could not be dialled; the message is one sentence. */
public final class DialException extends Exception {

    private final ResetCode code;

    DialException(ResetCode code, String sentence) {
        super(sentence, null, false, false);
        this.code = code;
    }

    /** {@code SERVICE_REFUSED}, {@code SERVICE_UNREACHABLE}, or {@code CANCELLED}. */
    public ResetCode code() {
        return code;
    }
}
