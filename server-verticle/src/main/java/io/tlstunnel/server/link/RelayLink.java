package io.tlstunnel.server.link;

import io.tlstunnel.metrics.Meters.Counting;
import io.tlstunnel.mux.LinkListener;
import io.tlstunnel.mux.Stream;
import io.tlstunnel.mux.Tunnel;
import io.tlstunnel.mux.relay.Relay;
import io.tlstunnel.wire.Frame;
import io.tlstunnel.wire.ResetCode;
import io.tlstunnel.wire.SessionRef;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The end of a link that dialled: visitors of the other node come over it to clients of this loop. On its loop. */
final class RelayLink implements LinkListener {
    private final Function<SessionRef, @Nullable Relay> relays;
    private final Consumer<String> closed;
    private final Counting relayed;
    private @Nullable Tunnel tunnel;

    /**
     * @param relays what passes streams on to a tunnel of that session on this loop
     * @param closed told the reason when it is gone
     * @param relayed counts what is passed on
     */
    RelayLink(Function<SessionRef, @Nullable Relay> relays, Consumer<String> closed, Counting relayed) {
        this.relayed = relayed;
        this.relays = relays;
        this.closed = closed;
    }

    void start(Tunnel started) {
        tunnel = started;
        started.ping();
    }

    Tunnel tunnel() {
        return Objects.requireNonNull(tunnel, "start comes first");
    }

    @Override
    public void relay(Frame.Open open) {
        SessionRef session = open.session();
        Relay relay = session == null ? null : relays.apply(session);
        if (relay == null) {
            Relay.refuse(tunnel(), open);
        } else {
            relayed.count();
            relay.open(tunnel(), open);
        }
    }

    @Override
    public void opened(Stream stream, Frame.Open open) {
        throw new IllegalStateException("a link relays");
    }

    @Override
    public void refused(Stream stream, ResetCode code) {
        throw new IllegalStateException("nothing is opened from this end");
    }

    @Override
    public void detached(Stream stream) {
        throw new IllegalStateException("nothing is opened from this end");
    }

    @Override
    public void unreachable(Stream stream) {
        throw new IllegalStateException("nothing is opened from this end");
    }

    @Override
    public void control(Frame frame) {
        // Nothing is registered over a link.
    }

    @Override
    public void goAway(Frame.GoAway goAway) {
        // It closes, or opens no more: the other end decides.
    }

    @Override
    public void roundTrip(long nanos) {
        // Nobody asks.
    }

    @Override
    public void closed(String reason, List<Stream> streams) {
        closed.accept(reason);
    }
}
