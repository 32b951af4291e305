package io.tlstunnel.mux;

import io.tlstunnel.wire.ResetCode;
import java.util.Locale;

/** How a stream ended. */
public sealed interface StreamOutcome {

    /** Both directions were half-closed and acknowledged. */
    record Clean() implements StreamOutcome {}

    /** It ended abruptly. */
    record Reset(ResetCode code, String reason, Side side) implements StreamOutcome {}

    /** Which side decided. */
    enum Side {
        THIS,
        PEER
    }

    /** One word for logs and metrics. */
    default String word() {
        return this instanceof Reset reset ? reset.code().name().toLowerCase(Locale.ROOT) : "ok";
    }
}
