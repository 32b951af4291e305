package io.tlstunnel.client.tunnel;

import io.tlstunnel.client.status.DialOutcome;
import io.tlstunnel.config.HostPort;
import io.tlstunnel.mux.Timers;
import io.tlstunnel.mux.Tunnel;
import io.tlstunnel.mux.handshake.DiallerStep;
import io.tlstunnel.transport.CarrierConnection;
import io.tlstunnel.transport.DialledHandshake;
import io.tlstunnel.transport.HandshakeFailure;
import io.tlstunnel.transport.LoopTimers;
import io.tlstunnel.transport.dial.DialException;
import io.tlstunnel.wire.Frame;
import io.tlstunnel.wire.FrameDecoder;
import io.tlstunnel.wire.GoAwayCode;
import io.vertx.core.Context;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps one tunnel up: dials, shakes hands, waits for its end, dials again. On its own context. */
final class TunnelKeeper implements ClientTunnel.Owner {
    private static final Logger LOG = LoggerFactory.getLogger(TunnelKeeper.class);

    private final int slot;
    private final Context context;
    private final Tunnels tunnels;
    private final Timers timers;
    private final Backoff backoff = new Backoff(new SplittableRandom());
    private int server;
    private int failuresInRow;
    private boolean wasUp;
    private boolean stopped;
    private boolean dialling;
    /** The setup has changed during a dial. */
    private boolean stale;

    private @Nullable ClientTunnel current;
    private @Nullable CarrierConnection shakingHands;
    private Timers.@Nullable Timer wait;

    TunnelKeeper(int slot, Context context, Tunnels tunnels) {
        this.slot = slot;
        this.context = context;
        this.tunnels = tunnels;
        this.timers = new LoopTimers(tunnels.setup().runtime().loop(context));
    }

    /** Starts dialling. Any thread. */
    void start() {
        context.runOnContext(ignored -> dialWhenAllowed());
    }

    /** No new dials; what is half done is given up. Any thread. */
    void stop() {
        context.runOnContext(ignored -> {
            stopped = true;
            if (wait != null) {
                wait.cancel();
            }
            if (shakingHands != null) {
                shakingHands.carrier().abort();
            }
        });
    }

    /** Dials as the setup says now; the tunnel of before goes when the new one is up. Any thread. */
    void replace() {
        context.runOnContext(ignored -> {
            server = 0;
            if (wait != null) {
                wait.cancel();
                dialWhenAllowed();
            } else if (dialling) {
                stale = true;
            } else {
                dialWhenAllowed();
            }
        });
    }

    /** Dials no more; its tunnel goes when what runs on it is over. Any thread. */
    void retire() {
        stop();
        context.runOnContext(ignored -> {
            if (current != null) {
                current.retire();
            }
        });
    }

    private void dialWhenAllowed() {
        wait = null;
        dialling = true;
        tunnels.mayDial(slot).onSuccess(ignored -> context.runOnContext(done -> dial()));
    }

    private void dial() {
        if (stopped) {
            return;
        }
        stale = false;
        HostPort target = servers().get(server % servers().size());
        tunnels.setup()
                .dialler()
                .dial(context, tunnels.setup().target(target))
                .onSuccess(this::shakeHands)
                .onFailure(failure -> dialFailed(target, failure));
    }

    private List<HostPort> servers() {
        return tunnels.setup().config().servers();
    }

    private void dialFailed(HostPort target, Throwable failure) {
        DialException.Kind kind = failure instanceof DialException dial ? dial.kind() : DialException.Kind.NETWORK;
        failed(target, Outcomes.of(kind), String.valueOf(failure.getMessage()), isStubborn(kind));
    }

    /** Whether another try is unlikely to end otherwise before somebody changes something. */
    private static boolean isStubborn(DialException.Kind kind) {
        return kind == DialException.Kind.TLS_UNTRUSTED || kind == DialException.Kind.PROXY_AUTH;
    }

    private void shakeHands(CarrierConnection connection) {
        if (stopped) {
            connection.carrier().abort();
            return;
        }
        shakingHands = connection;
        HostPort target = servers().get(server % servers().size());
        tunnels.handshakeStarted();
        new DialledHandshake(
                        connection,
                        tunnels.setup().offer(connection, tunnels.session()),
                        tunnels.setup().random(),
                        timers,
                        tunnels.setup().config().timing().handshakeTimeout(),
                        new DialledHandshake.Result() {
                            @Override
                            public void established(DiallerStep.Established established, FrameDecoder decoder) {
                                shakingHands = null;
                                up(target, connection, established, decoder);
                            }

                            @Override
                            public void failed(HandshakeFailure failure) {
                                shakingHands = null;
                                handshakeFailed(target, failure);
                            }
                        })
                .start();
    }

    private void up(
            HostPort target, CarrierConnection connection, DiallerStep.Established established, FrameDecoder decoder) {
        ClientSetup setup = tunnels.setup();
        Frame.Welcome welcome = established.welcome();
        ClientTunnel owner = new ClientTunnel(
                setup.runtime().loop(context),
                tunnels.streams(welcome.session()),
                setup.services(),
                this,
                setup.metrics());
        Tunnel tunnel =
                new Tunnel(connection.carrier(), timers, setup.settings(welcome), setup.budget(), decoder, owner);
        decoder.sink(tunnel);
        connection.listener(tunnel);
        setup.metrics().dialled(DialOutcome.OK);
        if (wasUp) {
            setup.metrics().reconnected();
        }
        wasUp = true;
        failuresInRow = 0;
        LOG.atInfo()
                .setMessage("tunnel up")
                .addKeyValue("server", target)
                .addKeyValue("node", welcome.nodeId())
                .addKeyValue("session", welcome.session())
                .addKeyValue("binding", established.binding())
                .log();
        owner.start(tunnel);
        tunnels.up(owner, welcome, established.secret());
        dialling = false;
        succeed(owner);
    }

    private void succeed(ClientTunnel tunnel) {
        ClientTunnel before = current;
        current = tunnel;
        if (before != null) {
            before.retire();
        }
        if (stale && !stopped) {
            dialWhenAllowed();
        }
    }

    private void handshakeFailed(HostPort target, HandshakeFailure failure) {
        tunnels.handshakeFailed();
        if (failure.kind() == HandshakeFailure.Kind.REPLACED) {
            tunnels.superseded(failure.sentence());
            return;
        }
        failed(target, Outcomes.of(failure.kind()), failure.sentence(), failure.isStubborn());
    }

    /** Tries the next server at once while there is one that was not tried, then waits. */
    private void failed(HostPort target, DialOutcome outcome, String sentence, boolean stubborn) {
        tunnels.setup().metrics().dialled(outcome);
        dialling = false;
        if (stopped) {
            return;
        }
        server++;
        failuresInRow++;
        boolean roundDone = failuresInRow % servers().size() == 0;
        Duration pause =
                !roundDone ? Duration.ZERO : stubborn ? backoff.nextAfterRefusal() : backoff.next(tunnels.hasStreams());
        LOG.atWarn()
                .setMessage("no tunnel")
                .addKeyValue("server", target)
                .addKeyValue("reason", sentence)
                .addKeyValue("next_try_ms", pause.toMillis())
                .log();
        waitAndDial(pause);
    }

    private void waitAndDial(Duration pause) {
        wait = timers.schedule(pause.toNanos(), this::dialWhenAllowed);
    }

    // ---- from the tunnel --------------------------------------------------------------------------------------------

    @Override
    public void registered(ClientTunnel tunnel, Frame.Registered registered) {
        tunnels.registered(tunnel, registered);
    }

    @Override
    public void goAway(ClientTunnel tunnel, Frame.GoAway goAway) {
        if (goAway.code() == GoAwayCode.REPLACED) {
            tunnels.replaced(goAway);
        } else if (goAway.code() == GoAwayCode.DRAINING) {
            server++;
        }
    }

    @Override
    public void closed(ClientTunnel tunnel, String reason, Duration lifetime) {
        tunnels.lost(tunnel);
        if (stopped || tunnel != current) {
            return;
        }
        current = null;
        Duration pause = backoff.nextAfter(lifetime, tunnels.hasStreams());
        LOG.atWarn()
                .setMessage("tunnel lost")
                .addKeyValue("reason", reason)
                .addKeyValue("lifetime_ms", lifetime.toMillis())
                .addKeyValue("next_try_ms", pause.toMillis())
                .log();
        if (!dialling && wait == null) {
            waitAndDial(pause);
        }
    }
}
