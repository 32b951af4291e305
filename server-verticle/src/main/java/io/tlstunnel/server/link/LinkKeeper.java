package io.tlstunnel.server.link;

import io.tlstunnel.mux.Timers;
import io.tlstunnel.mux.Tunnel;
import io.tlstunnel.mux.handshake.DiallerStep;
import io.tlstunnel.mux.relay.Relay;
import io.tlstunnel.transport.CarrierConnection;
import io.tlstunnel.transport.DialledHandshake;
import io.tlstunnel.transport.EventLoopContext;
import io.tlstunnel.transport.HandshakeFailure;
import io.tlstunnel.transport.LoopTimers;
import io.tlstunnel.transport.link.LinkDialler;
import io.tlstunnel.wire.Frame;
import io.tlstunnel.wire.FrameDecoder;
import io.tlstunnel.wire.GoAwayCode;
import io.tlstunnel.wire.SessionRef;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the link from one loop to one other node up while that is a member. On its loop. */
final class LinkKeeper implements DialledHandshake.Result {
    private static final Logger LOG = LoggerFactory.getLogger(LinkKeeper.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    private final LinkName name;
    private final long peer;
    private final InetSocketAddress address;
    private final EventLoopContext loop;
    private final LinkTerms terms;
    private final LinkDialler dialler;
    private final Function<SessionRef, @Nullable Relay> relays;
    private final Timers timers;
    private Duration pause = FIRST_PAUSE;
    private boolean stopped;
    private @Nullable CarrierConnection shakingHands;
    private @Nullable RelayLink link;

    /**
     * @param name of this end
     * @param peer incarnation of the other node
     */
    LinkKeeper(
            LinkName name,
            long peer,
            InetSocketAddress address,
            EventLoopContext loop,
            LinkTerms terms,
            LinkDialler dialler,
            Function<SessionRef, @Nullable Relay> relays) {
        this.name = name;
        this.peer = peer;
        this.address = address;
        this.loop = loop;
        this.terms = terms;
        this.dialler = dialler;
        this.relays = relays;
        this.timers = new LoopTimers(loop);
    }

    void dial() {
        if (!stopped) {
            dialler.dial(loop, address).onSuccess(this::shakeHands).onFailure(failure -> again(failure.getMessage()));
        }
    }

    private void shakeHands(CarrierConnection connection) {
        if (stopped) {
            connection.carrier().abort();
            return;
        }
        shakingHands = connection;
        new DialledHandshake(
                        connection,
                        terms.offer(name, connection),
                        terms.random(),
                        timers,
                        terms.handshakeTimeout(),
                        this)
                .start();
    }

    @Override
    public void established(DiallerStep.Established established, FrameDecoder decoder) {
        CarrierConnection connection = Objects.requireNonNull(shakingHands);
        shakingHands = null;
        Frame.Welcome welcome = established.welcome();
        if (welcome.incarnation() != peer) {
            connection.carrier().close();
            again("another incarnation has come to " + address);
            return;
        }
        RelayLink owner = new RelayLink(relays, this::lost, terms.metrics().relayed());
        Tunnel tunnel = new Tunnel(
                connection.carrier(), timers, terms.dialled(welcome.initialWindow()), terms.budget(), decoder, owner);
        decoder.sink(tunnel);
        connection.listener(tunnel);
        owner.start(tunnel);
        link = owner;
        pause = FIRST_PAUSE;
        LOG.atInfo()
                .setMessage("link up")
                .addKeyValue("node", welcome.nodeId())
                .addKeyValue("address", address)
                .log();
    }

    @Override
    public void failed(HandshakeFailure failure) {
        shakingHands = null;
        again(failure.sentence());
    }

    private void lost(String reason) {
        link = null;
        again(reason);
    }

    private void again(@Nullable String reason) {
        if (stopped) {
            return;
        }
        LOG.atInfo()
                .setMessage("no link")
                .addKeyValue("address", address)
                .addKeyValue("reason", reason)
                .addKeyValue("next_try_ms", pause.toMillis())
                .log();
        timers.schedule(pause.toNanos(), this::dial);
        pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
    }

    /** The link, or null while there is none. */
    @Nullable
    Tunnel tunnel() {
        return link == null ? null : link.tunnel();
    }

    /** The other node is no member any more, or this one stops. */
    void stop() {
        stopped = true;
        if (shakingHands != null) {
            shakingHands.carrier().abort();
        }
        if (link != null) {
            link.tunnel().close(new Frame.GoAway(GoAwayCode.BYE, "", "the node stops", 0));
        }
    }
}
