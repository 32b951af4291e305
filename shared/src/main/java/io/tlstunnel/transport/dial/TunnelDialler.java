package io.tlstunnel.transport.dial;

import io.tlstunnel.transport.CarrierConnection;
import io.vertx.core.Context;
import io.vertx.core.Future;

/** Dials nodes. */
public interface TunnelDialler {

    /**
     * Dials: asks for the addresses of the name anew, tries each in turn.
     *
     * @param context event-loop context that will own the connection; the future calls back on it
     * @return the connection, to be started at once; or a {@link DialException}
     */
    Future<CarrierConnection> dial(Context context, DialTarget target);
}
