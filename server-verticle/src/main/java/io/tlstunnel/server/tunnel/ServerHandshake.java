package io.tlstunnel.server.tunnel;

import io.netty.buffer.ByteBuf;
import io.tlstunnel.config.ClientEntry;
import io.tlstunnel.mux.CarrierListener;
import io.tlstunnel.mux.Timers;
import io.tlstunnel.mux.Tunnel;
import io.tlstunnel.mux.handshake.AnswererHandshake;
import io.tlstunnel.mux.handshake.AnswererStep;
import io.tlstunnel.mux.handshake.AnswererTerms;
import io.tlstunnel.mux.handshake.Protocol;
import io.tlstunnel.mux.handshake.WelcomeTerms;
import io.tlstunnel.server.admin.HandshakeOutcome;
import io.tlstunnel.server.admin.TunnelRefusal;
import io.tlstunnel.transport.CarrierConnection;
import io.tlstunnel.transport.LoopTimers;
import io.tlstunnel.wire.Endpoint;
import io.tlstunnel.wire.Frame;
import io.tlstunnel.wire.FrameDecoder;
import io.tlstunnel.wire.FrameEncoder;
import io.tlstunnel.wire.FrameSink;
import io.tlstunnel.wire.GoAwayCode;
import io.tlstunnel.wire.MalformedFrameException;
import io.tlstunnel.wire.SessionRef;
import java.security.SecureRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The handshake of one accepted connection, from HELLO to a running tunnel. On the connection's context. */
final class ServerHandshake implements CarrierListener, FrameSink {
    private static final Logger LOG = LoggerFactory.getLogger(ServerHandshake.class);

    private final TunnelAcceptor acceptor;
    private final CarrierConnection connection;
    private final AnswererHandshake<ClientEntry> handshake;
    private final FrameDecoder decoder = new FrameDecoder(this);
    private final Timers timers;
    private final Timers.Timer deadline;
    private boolean over;

    ServerHandshake(TunnelAcceptor acceptor, CarrierConnection connection, SecureRandom random) {
        this.acceptor = acceptor;
        this.connection = connection;
        NodeIdentity node = acceptor.node();
        this.handshake = new AnswererHandshake<>(
                new AnswererTerms<>(
                        node.clients(), node.key(), node.incarnation(), acceptor.leaves(connection), Protocol.CURRENT),
                random);
        this.timers = new LoopTimers(acceptor.runtime().loop(connection.context()));
        this.deadline = timers.schedule(acceptor.handshakeTimeout().toNanos(), this::timeout);
    }

    void start() {
        connection.start(this);
    }

    // ---- from the carrier -------------------------------------------------------------------------------------------

    @Override
    public void received(ByteBuf bytes) {
        if (over) {
            bytes.release();
            return;
        }
        try {
            decoder.feed(bytes);
        } catch (MalformedFrameException e) {
            String reason = String.valueOf(e.getMessage());
            goAway(FrameEncoder.toArray(new Frame.GoAway(GoAwayCode.PROTOCOL, "", reason, 0)));
            end(HandshakeOutcome.MALFORMED, "malformed", reason);
        }
    }

    @Override
    public void readComplete() {
        connection.carrier().flush();
    }

    @Override
    public void writable() {
        // A handshake is smaller than any buffer: nothing waits for this.
    }

    @Override
    public void closed(String reason) {
        if (!over) {
            end(HandshakeOutcome.TRANSPORT, "connection lost", reason);
        }
        decoder.close();
    }

    private void timeout() {
        if (!over) {
            end(
                    HandshakeOutcome.TIMEOUT,
                    "timeout",
                    "no proof within " + acceptor.handshakeTimeout().toMillis() + " ms");
            connection.carrier().abort();
        }
    }

    // ---- from the decoder -------------------------------------------------------------------------------------------

    @Override
    public void handshakeBytes(byte[] frameWithHeader) {
        handshake.handshakeBytes(frameWithHeader);
    }

    @Override
    public void frame(Frame frame) {
        if (frame instanceof Frame.Hello && acceptor.isDraining()) {
            acceptor.metrics().refused(TunnelRefusal.DRAINING);
            goAway(FrameEncoder.toArray(new Frame.GoAway(GoAwayCode.DRAINING, "", "this node is leaving", 0)));
            end(HandshakeOutcome.REFUSED, "draining", "this node is leaving");
            return;
        }
        AnswererStep<ClientEntry> step = handshake.frame(frame);
        if (step instanceof AnswererStep.SendChallenge<ClientEntry> send) {
            write(send.challenge());
        } else if (step instanceof AnswererStep.Admitted<ClientEntry> admitted) {
            settle(admitted);
        } else if (step instanceof AnswererStep.Refused<ClientEntry> refused) {
            refused(refused, reason(refused.cause()));
        } else if (step instanceof AnswererStep.PeerLeft<ClientEntry> left) {
            end(HandshakeOutcome.TRANSPORT, "client left", left.reason());
            connection.carrier().close();
        }
    }

    private Endpoint address() {
        return Endpoint.of(connection.remoteAddress());
    }

    private void settle(AnswererStep.Admitted<ClientEntry> admitted) {
        String address = address().toString();
        acceptor.control().runOnContext(ignored -> {
            Admission admission =
                    acceptor.sessions().admit(admitted.name(), admitted.entry(), admitted.provedSession(), address);
            if (admission instanceof Admission.Admitted session) {
                WelcomeTerms terms = acceptor.terms(session.session());
                connection.context().runOnContext(done -> welcome(admitted, session.session(), terms));
            } else {
                connection.context().runOnContext(done -> deny(admitted, admission));
            }
        });
    }

    private void deny(AnswererStep.Admitted<ClientEntry> admitted, Admission admission) {
        if (over) {
            return;
        }
        if (admission instanceof Admission.Denied denied) {
            refused(handshake.refuse(denied.reason()), TunnelRefusal.LIMIT);
        } else if (admitted.provedSession() != null) {
            superseded(admitted, admitted.provedSession());
        }
    }

    /** Behind a WELCOME, so that the client can believe it: whatever comes before is not authenticated. */
    private void superseded(AnswererStep.Admitted<ClientEntry> admitted, SessionRef session) {
        acceptor.metrics().refused(TunnelRefusal.SUPERSEDED);
        write(handshake.welcome(acceptor.terms(session, admitted.entry(), 0)));
        String reason = "a later run of this client took over";
        goAway(FrameEncoder.toArray(new Frame.GoAway(GoAwayCode.REPLACED, session.id(), reason, 0)));
        end(HandshakeOutcome.REFUSED, "superseded", admitted.name() + ": " + reason);
    }

    private void welcome(AnswererStep.Admitted<ClientEntry> admitted, Session session, WelcomeTerms terms) {
        if (over) {
            return;
        }
        over = true;
        deadline.cancel();
        write(handshake.welcome(terms));
        connection.carrier().flush();
        decoder.handshakeDone();
        ServerTunnel owner = new ServerTunnel(
                session,
                acceptor.sessions(),
                acceptor.control(),
                acceptor.runtime().loop(connection.context()),
                address().toString(),
                acceptor.holdTimeout(),
                acceptor.metrics());
        Tunnel tunnel = new Tunnel(
                connection.carrier(), timers, acceptor.settings(admitted), acceptor.budget(), decoder, owner);
        decoder.sink(tunnel);
        connection.listener(tunnel);
        acceptor.metrics().handshake(HandshakeOutcome.OK);
        LOG.atInfo()
                .setMessage("tunnel up")
                .addKeyValue("client", session.client())
                .addKeyValue("session", session.ref())
                .addKeyValue("address", address())
                .addKeyValue("binding", admitted.binding())
                .log();
        owner.start(tunnel);
        acceptor.control().runOnContext(ignored -> {
            Frame.GoAway tooLate = acceptor.sessions().attach(session, owner, admitted.entry());
            if (tooLate != null) {
                owner.close(tooLate);
            }
        });
    }

    // ---- the end ----------------------------------------------------------------------------------------------------

    private void refused(AnswererStep.Refused<ClientEntry> refused, TunnelRefusal reason) {
        acceptor.metrics().refused(reason);
        goAway(refused.goAway());
        end(HandshakeOutcome.REFUSED, "refused " + refused.reference(), refused.reason());
    }

    private static TunnelRefusal reason(AnswererStep.Cause cause) {
        return switch (cause) {
            case VERSION -> TunnelRefusal.VERSION;
            case UNKNOWN_NAME -> TunnelRefusal.UNKNOWN_CLIENT;
            case WRONG_KEY -> TunnelRefusal.WRONG_KEY;
            case OTHER_CERTIFICATE, NOT_BOUND -> TunnelRefusal.BINDING;
            case HOST -> TunnelRefusal.LIMIT;
        };
    }

    private void goAway(byte[] frame) {
        write(frame);
        connection.carrier().close();
    }

    private void write(byte[] frame) {
        ByteBuf out = connection.carrier().allocate(frame.length);
        out.writeBytes(frame);
        connection.carrier().write(out);
    }

    private void end(HandshakeOutcome outcome, String what, String reason) {
        over = true;
        deadline.cancel();
        acceptor.metrics().handshake(outcome);
        int hidden = acceptor.failures().admit(outcome);
        if (hidden < 0) {
            return;
        }
        LOG.atWarn()
                .setMessage("handshake failed")
                .addKeyValue("outcome", what)
                .addKeyValue("address", address())
                .addKeyValue("reason", reason)
                .addKeyValue("hidden_before", hidden)
                .log();
    }
}
