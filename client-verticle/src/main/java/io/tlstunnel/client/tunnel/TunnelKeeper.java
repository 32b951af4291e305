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
import java.util.Set;
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
    private final ServerTurns turns = new ServerTurns();
    /** Nodes of the cluster, by the last WELCOME. */
    private int members = 1;

    private int failuresInRow;
    private boolean wasUp;
    private boolean stopped;
    private boolean dialling;
    /** The setup has changed during a dial. */
    private boolean stale;
    /** This dial is to find a better place than that of the tunnel that is up. */
    private boolean looking;
    /** Another such dial is near: what this one has brought in vain stays up; see {@link Homes#looksSoon}. */
    private boolean lookingOn;

    private @Nullable ClientTunnel current;
    /** It may take the place of the current one; that is not decided yet. */
    private @Nullable ClientTunnel candidate;

    private @Nullable CarrierConnection shakingHands;
    private Timers.@Nullable Timer wait;

    TunnelKeeper(int slot, Context context, Tunnels tunnels) {
        this.slot = slot;
        this.context = context;
        this.tunnels = tunnels;
        this.timers = new LoopTimers(tunnels.setup().runtime().loop(context));
    }

    /** Its number, from 0. Any thread. */
    int slot() {
        return slot;
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
            turns.restart();
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
                current.retire("this client keeps fewer tunnels now");
            }
        });
    }

    /** Dials once more while its tunnel is up: maybe that leads to a node that has none. Any thread. */
    void look() {
        context.runOnContext(ignored -> {
            if (!stopped && !dialling && wait == null && current != null) {
                looking = true;
                turns.advance();
                dialWhenAllowed();
            }
        });
    }

    /** Nobody looks again soon. Any thread. */
    void endLooks() {
        context.runOnContext(ignored -> lookingOn = false);
    }

    private void dialWhenAllowed() {
        wait = null;
        dialling = true;
        tunnels.mayDial(slot).onSuccess(taken -> context.runOnContext(allowed -> dial(taken)));
    }

    private void dial(Set<HostPort> taken) {
        if (stopped) {
            return;
        }
        stale = false;
        if (failuresInRow == 0) {
            turns.advancePast(taken, servers());
        }
        HostPort target = turns.in(servers());
        // Each address of a name may be a node of its own.
        int address = members == 1 ? 0 : turns.address(servers());
        tunnels.setup()
                .dialler()
                .dial(context, tunnels.setup().target(target, address))
                .onSuccess(connection -> shakeHands(target, connection))
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

    private void shakeHands(HostPort target, CarrierConnection connection) {
        if (stopped) {
            connection.carrier().abort();
            return;
        }
        shakingHands = connection;
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
        members = welcome.members();
        owner.start(tunnel);
        if (looking) {
            looking = false;
            candidate = owner;
            tunnels.found(this, target, owner, welcome, established.secret());
            return;
        }
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
        tunnels.up(this, target, owner, welcome, established.secret());
        dialling = false;
        succeed(owner);
    }

    private void succeed(ClientTunnel tunnel) {
        ClientTunnel before = current;
        current = tunnel;
        if (before != null) {
            before.retire("another tunnel takes the place of this one");
        }
        if (stale && !stopped) {
            dialWhenAllowed();
        }
    }

    /** What came of a look: whether the tunnel is to stay. Any thread. */
    void looked(ClientTunnel tunnel, boolean stays) {
        context.runOnContext(ignored -> {
            boolean gone = candidate != tunnel;
            candidate = null;
            dialling = false;
            if (stays && !gone && !stopped) {
                succeed(tunnel);
                return;
            }
            if (!gone) {
                lookingOn = true;
                tunnel.retire("another tunnel of this client is on this node", () -> lookingOn && !stopped);
            }
            if (!stopped && (stays || stale || current == null)) {
                dialWhenAllowed();
            }
        });
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
        if (looking) {
            foundNone(target, sentence);
            return;
        }
        turns.advance();
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

    /** The tunnel that is up stays. */
    private void foundNone(HostPort target, String sentence) {
        looking = false;
        LOG.atInfo()
                .setMessage("looked for another node in vain")
                .addKeyValue("server", target)
                .addKeyValue("reason", sentence)
                .log();
        tunnels.foundNone();
        if (stale) {
            dialWhenAllowed();
        }
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
            turns.advance();
            if (members > 1 && !stopped && tunnel == current && !dialling && wait == null) {
                // Other nodes are there: what runs has another tunnel before this one goes.
                dialWhenAllowed();
            }
        }
    }

    @Override
    public void closed(ClientTunnel tunnel, String reason, Duration lifetime) {
        tunnels.lost(tunnel);
        if (tunnel == candidate) {
            candidate = null;
        }
        if (stopped || tunnel != current) {
            return;
        }
        current = null;
        looking = false;
        if (members > 1) {
            turns.advance();
        }
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
