package io.tlstunnel.transport.socket;

import io.netty.channel.unix.Errors;
import io.tlstunnel.mux.FarSocketListener.FarFailure;
import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Tells what an exception of the socket layer means. */
final class FailureKind {

    private FailureKind() {}

    /** The kind of failure of a connection that ended with {@code cause}. */
    static FarFailure of(@Nullable Throwable cause) {
        for (Throwable each = cause; each != null; each = each.getCause()) {
            if (each instanceof Errors.NativeIoException nativeError) {
                int error = nativeError.expectedErr();
                // A broken pipe is what a second write sees after a reset.
                return error == Errors.ERRNO_ECONNRESET_NEGATIVE || error == Errors.ERRNO_EPIPE_NEGATIVE
                        ? FarFailure.RESET
                        : FarFailure.ERROR;
            }
            if (each instanceof IOException && saysReset(each.getMessage())) {
                return FarFailure.RESET;
            }
        }
        return FarFailure.ERROR;
    }

    /** One phrase for a log. */
    static String phrase(@Nullable Throwable cause) {
        if (cause == null) {
            return "connection closed";
        }
        String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }

    /** The JDK has no error numbers, only the words of the system. */
    private static boolean saysReset(@Nullable String message) {
        if (message == null) {
            return false;
        }
        String words = message.toLowerCase(Locale.ROOT);
        return words.contains("reset") || words.contains("broken pipe") || words.contains("forcibly closed");
    }
}
