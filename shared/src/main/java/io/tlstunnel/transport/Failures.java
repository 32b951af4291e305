package io.tlstunnel.transport;

import io.netty.handler.codec.DecoderException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Why a connection failed, as one phrase. */
public final class Failures {
    private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

    private Failures() {}

    /** Anything but the network's doing is a mistake of ours and leaves its stack in the log. */
    public static String phrase(Throwable failure) {
        Throwable cause =
                failure instanceof DecoderException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof SSLException) {
            return "TLS error: " + cause.getMessage();
        }
        if (cause instanceof ClosedChannelException) {
            return "connection closed while writing";
        }
        if (cause instanceof IOException) {
            String message = String.valueOf(cause.getMessage());
            return message.contains("reset") ? "connection reset by the peer" : message;
        }
        if (cause instanceof DecoderException) {
            return "TLS error: " + cause.getMessage();
        }
        LOG.error("connection ended by an error of our own", cause);
        return "internal error: " + cause;
    }
}
