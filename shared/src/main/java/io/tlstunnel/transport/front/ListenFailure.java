package io.tlstunnel.transport.front;

import java.io.IOException;

/** Why the port cannot be had, as a sentence. */
final class ListenFailure {
    private static final int FIRST_FREE_FOR_ALL = 1024;

    private ListenFailure() {}

    static IOException explain(FrontConfig config, Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        String where = config.bindAddr() + " port " + config.bindPort();
        String advice = "";
        if (message.contains("in use")) {
            advice = "; another program has it";
        } else if (message.contains("denied") && config.bindPort() < FIRST_FREE_FOR_ALL) {
            advice = "; ports below 1024 need root or the capability CAP_NET_BIND_SERVICE";
        } else if (message.contains("assign")) {
            advice = "; this machine does not have that address";
        }
        return new IOException("cannot listen on " + where + ": " + message + advice, cause);
    }
}
