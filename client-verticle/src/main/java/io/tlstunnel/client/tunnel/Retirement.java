package io.tlstunnel.client.tunnel;

import io.tlstunnel.mux.Tunnel;
import io.tlstunnel.wire.Frame;
import io.tlstunnel.wire.GoAwayCode;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.function.BooleanSupplier;

/** A tunnel that is not needed any more: the server opens nothing new on it, what runs may finish. On its context. */
final class Retirement {
    /** An OPEN may have crossed the GOAWAY: only a tunnel that stays empty that long is closed. */
    private static final long CHECK_MILLIS = 1_000;

    private final Tunnel tunnel;
    private final Frame.GoAway goAway;
    private final BooleanSupplier kept;
    private boolean empty;

    private Retirement(Tunnel tunnel, Frame.GoAway goAway, BooleanSupplier kept) {
        this.tunnel = tunnel;
        this.goAway = goAway;
        this.kept = kept;
    }

    /**
     * @param reason for the server's log
     * @param kept whether it stays up though it is empty
     */
    static void begin(Context context, Tunnel tunnel, String reason, BooleanSupplier kept) {
        if (!tunnel.isOpen()) {
            return;
        }
        // Not BYE: the session lives on.
        Frame.GoAway goAway = new Frame.GoAway(GoAwayCode.EXHAUSTED, "", reason, Integer.MAX_VALUE);
        tunnel.drain(goAway);
        Retirement retirement = new Retirement(tunnel, goAway, kept);
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
        if (empty && wasEmpty && !kept.getAsBoolean()) {
            tunnel.close(goAway);
            return true;
        }
        return false;
    }
}
