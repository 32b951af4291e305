package io.tlstunnel.client.tunnel;

import io.tlstunnel.mux.Tunnel;
import io.tlstunnel.wire.Frame;
import io.tlstunnel.wire.GoAwayCode;
import io.vertx.core.Context;
import io.vertx.core.Vertx;

/** A tunnel that another one has replaced: the server opens nothing new on it, what runs may finish. On its context. */
final class Retirement {
    /** An OPEN may have crossed the GOAWAY: only a tunnel that stays empty that long is closed. */
    private static final long CHECK_MILLIS = 1_000;

    private static final Frame.GoAway GO_AWAY =
            new Frame.GoAway(GoAwayCode.EXHAUSTED, "", "another tunnel takes the place of this one", Integer.MAX_VALUE);

    private final Tunnel tunnel;
    private boolean empty;

    private Retirement(Tunnel tunnel) {
        this.tunnel = tunnel;
    }

    static void begin(Context context, Tunnel tunnel) {
        if (!tunnel.isOpen()) {
            return;
        }
        tunnel.drain(GO_AWAY);
        Retirement retirement = new Retirement(tunnel);
        Vertx vertx = context.owner();
        vertx.setPeriodic(CHECK_MILLIS, timer -> {
            if (retirement.isOver()) {
                vertx.cancelTimer(timer);
            }
        });
    }

    /** A tunnel that was lost has no streams either. */
    private boolean isOver() {
        boolean wasEmpty = empty;
        empty = tunnel.streams() == 0;
        if (empty && wasEmpty) {
            tunnel.close(GO_AWAY);
            return true;
        }
        return false;
    }
}
