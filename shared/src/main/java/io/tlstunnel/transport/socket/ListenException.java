package io.tlstunnel.transport.socket;

import java.util.Locale;

/** A port could not be published; the message is one sentence for the user. */
public final class ListenException extends Exception {

    private static final int FIRST_UNPRIVILEGED_PORT = 1024;

    /** Why. */
    public enum Kind {
        /** Something listens there already. */
        IN_USE,
        /** The system does not allow it. */
        FORBIDDEN,
        /** This machine has no such address. */
        NO_SUCH_ADDRESS,
        /** Anything else. */
        OTHER
    }

    private final Kind kind;

    private ListenException(Kind kind, String sentence, Throwable cause) {
        super(sentence, cause, false, false);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }

    static ListenException of(String bindAddr, int port, Throwable cause) {
        String where = bindAddr.indexOf(':') >= 0 ? "[" + bindAddr + "]:" + port : bindAddr + ":" + port;
        String words = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
        if (words.contains("in use")) {
            return new ListenException(Kind.IN_USE, "cannot listen on " + where + ": the address is in use", cause);
        }
        if (words.contains("permission denied")) {
            String hint = port < FIRST_UNPRIVILEGED_PORT ? " (ports below 1024 need CAP_NET_BIND_SERVICE)" : "";
            return new ListenException(
                    Kind.FORBIDDEN, "cannot listen on " + where + ": permission denied" + hint, cause);
        }
        if (words.contains("cannot assign") || words.contains("can't assign")) {
            return new ListenException(
                    Kind.NO_SUCH_ADDRESS, "cannot listen on " + where + ": this machine has no such address", cause);
        }
        return new ListenException(Kind.OTHER, "cannot listen on " + where + ": " + FailureKind.phrase(cause), cause);
    }
}
