package io.tlstunnel.server.tunnel;

import io.tlstunnel.config.ClientEntry;
import io.tlstunnel.mux.Timers;
import io.tlstunnel.mux.Tunnel;
import io.tlstunnel.mux.handshake.AnswererStep;
import io.tlstunnel.mux.handshake.AnswererTerms;
import io.tlstunnel.mux.handshake.Protocol;
import io.tlstunnel.mux.handshake.WelcomeTerms;
import io.tlstunnel.server.admin.HandshakeOutcome;
import io.tlstunnel.server.admin.TunnelRefusal;
import io.tlstunnel.transport.AnsweredHandshake;
import io.tlstunnel.transport.CarrierConnection;
import io.tlstunnel.transport.LoopTimers;
import io.tlstunnel.wire.Endpoint;
import io.tlstunnel.wire.Frame;
import io.tlstunnel.wire.FrameDecoder;
import io.tlstunnel.wire.GoAwayCode;
import io.tlstunnel.wire.SessionRef;
import io.vertx.core.Future;
import java.security.SecureRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the handshake of one client leads to: a running tunnel, or a line in the log. On the connection's context. */
final class ServerHandshake implements AnsweredHandshake.Host<ClientEntry> {
    private static final Logger LOG = LoggerFactory.getLogger(ServerHandshake.class);

    private final TunnelAcceptor acceptor;
    private final CarrierConnection connection;
    private final Timers timers;
    private final AnsweredHandshake<ClientEntry> handshake;

    ServerHandshake(TunnelAcceptor acceptor, CarrierConnection connection, SecureRandom random) {
        this.acceptor = acceptor;
        this.connection = connection;
        this.timers = new LoopTimers(acceptor.runtime().loop(connection.context()));
        NodeIdentity node = acceptor.node();
        this.handshake = new AnsweredHandshake<>(
                connection,
                new AnswererTerms<>(
                        node.clients(), node.key(), node.incarnation(), acceptor.leaves(connection), Protocol.CURRENT),
                random,
                timers,
                acceptor.handshakeTimeout(),
                this);
    }

    void start() {
        handshake.start();
    }

    @Override
    public boolean greets() {
        if (!acceptor.isDraining()) {
            return true;
        }
        acceptor.metrics().refused(TunnelRefusal.DRAINING);
        handshake.sendAway(new Frame.GoAway(GoAwayCode.DRAINING, "", "this node is leaving", 0));
        ended(HandshakeOutcome.REFUSED, "draining", "this node is leaving");
        return false;
    }

    @Override
    public void admitted(AnswererStep.Admitted<ClientEntry> admitted) {
        String address = address().toString();
        acceptor.control().runOnContext(ignored -> {
            Future<Admission> admission =
                    acceptor.sessions().admit(admitted.name(), admitted.entry(), admitted.provedSession(), address);
            admission.onComplete(
                    decided -> {
                        if (decided instanceof Admission.Admitted session) {
                            WelcomeTerms terms = acceptor.terms(session.session());
                            connection.context().runOnContext(done -> welcome(admitted, session.session(), terms));
                        } else {
                            connection.context().runOnContext(done -> deny(admitted, decided));
                        }
                    },
                    failure -> connection.context().runOnContext(done -> undecided(admitted, failure)));
        });
    }

    /** The others could not be asked just now: the client tries elsewhere, or again, and at once. */
    private void undecided(AnswererStep.Admitted<ClientEntry> admitted, Throwable failure) {
        if (!handshake.isOver()) {
            String reason = "the cluster cannot decide about sessions just now";
            handshake.sendAway(new Frame.GoAway(GoAwayCode.DRAINING, "", reason, 0));
            ended(HandshakeOutcome.REFUSED, "undecided", admitted.name() + ": " + failure.getMessage());
        }
    }

    private void deny(AnswererStep.Admitted<ClientEntry> admitted, Admission admission) {
        if (handshake.isOver()) {
            return;
        }
        SessionRef proved = admitted.provedSession();
        if (admission instanceof Admission.Superseded && proved != null) {
            superseded(admitted, proved);
        } else if (admission instanceof Admission.Denied denied) {
            handshake.refuse(denied.reason());
        } else {
            handshake.refuse("a later run of client " + admitted.name() + " came in the same moment");
        }
    }

    /** Behind a WELCOME, so that the client can believe it: whatever comes before is not authenticated. */
    private void superseded(AnswererStep.Admitted<ClientEntry> admitted, SessionRef session) {
        acceptor.metrics().refused(TunnelRefusal.SUPERSEDED);
        String reason = "a later run of this client took over";
        handshake.welcomeAndSendAway(
                acceptor.terms(session, admitted.entry(), 0),
                new Frame.GoAway(GoAwayCode.REPLACED, session.id(), reason, 0));
        ended(HandshakeOutcome.REFUSED, "superseded", admitted.name() + ": " + reason);
    }

    private void welcome(AnswererStep.Admitted<ClientEntry> admitted, Session session, WelcomeTerms terms) {
        if (handshake.isOver()) {
            return;
        }
        FrameDecoder decoder = handshake.welcome(terms);
        ServerTunnel owner = new ServerTunnel(
                session,
                acceptor.sessions(),
                acceptor.control(),
                acceptor.runtime().loop(connection.context()),
                acceptor.relaying(),
                address().toString(),
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

    private Endpoint address() {
        return Endpoint.of(connection.remoteAddress());
    }

    // ---- the end ----------------------------------------------------------------------------------------------------

    @Override
    public void refused(AnswererStep.Refused<ClientEntry> refused) {
        acceptor.metrics().refused(reason(refused.cause()));
        ended(HandshakeOutcome.REFUSED, "refused " + refused.reference(), refused.reason());
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

    @Override
    public void failed(AnsweredHandshake.Failure failure) {
        HandshakeOutcome outcome = switch (failure.kind()) {
            case MALFORMED -> HandshakeOutcome.MALFORMED;
            case TIMEOUT -> HandshakeOutcome.TIMEOUT;
            case LOST -> HandshakeOutcome.TRANSPORT;
        };
        ended(outcome, failure.what(), failure.reason());
    }

    private void ended(HandshakeOutcome outcome, String what, String reason) {
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
