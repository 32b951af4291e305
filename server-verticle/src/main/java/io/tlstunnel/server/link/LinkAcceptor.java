package io.tlstunnel.server.link;

import io.tlstunnel.logging.LogThrottle;
import io.tlstunnel.mux.Timers;
import io.tlstunnel.mux.Tunnel;
import io.tlstunnel.mux.handshake.AnswererStep;
import io.tlstunnel.mux.handshake.AnswererTerms;
import io.tlstunnel.mux.handshake.Protocol;
import io.tlstunnel.security.Candidate;
import io.tlstunnel.security.Fingerprint;
import io.tlstunnel.server.tunnel.SessionDirectory;
import io.tlstunnel.transport.AnsweredHandshake;
import io.tlstunnel.transport.CarrierAcceptor;
import io.tlstunnel.transport.CarrierConnection;
import io.tlstunnel.transport.LoopTimers;
import io.tlstunnel.wire.FrameDecoder;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Leads each connection of another node through its handshake to a link. Any context. */
final class LinkAcceptor implements CarrierAcceptor {
    private static final Logger LOG = LoggerFactory.getLogger(LinkAcceptor.class);

    /** Lines about failed handshakes in 10 s. */
    private static final int LINES = 5;

    private final LinkTerms terms;
    private final SessionDirectory sessions;
    private final Consumer<IngressLink> up;
    private final Consumer<IngressLink> gone;
    private final LogThrottle<AnsweredHandshake.Kind> lines = new LogThrottle<>(LINES, System::nanoTime);

    /**
     * @param up told of a link that takes streams, on its context
     * @param gone told of one that does not any more, on its context
     */
    LinkAcceptor(LinkTerms terms, SessionDirectory sessions, Consumer<IngressLink> up, Consumer<IngressLink> gone) {
        this.terms = terms;
        this.sessions = sessions;
        this.up = up;
        this.gone = gone;
    }

    @Override
    public void accepted(CarrierConnection connection) {
        new Host(connection).handshake.start();
    }

    private List<Candidate<LinkName>> candidates(String name) {
        return LinkName.parse(name)
                .map(parsed -> List.of(new Candidate<>(terms.key(), parsed)))
                .orElse(List.of());
    }

    private static Set<Fingerprint> leaves(byte @Nullable [] leaf) {
        return leaf == null ? Set.of() : Set.of(Fingerprint.of(leaf));
    }

    private final class Host implements AnsweredHandshake.Host<LinkName> {
        private final CarrierConnection connection;
        private final Timers timers;
        private final AnsweredHandshake<LinkName> handshake;

        Host(CarrierConnection connection) {
            this.connection = connection;
            this.timers = new LoopTimers(terms.runtime().loop(connection.context()));
            this.handshake = new AnsweredHandshake<>(
                    connection,
                    new AnswererTerms<>(
                            LinkAcceptor.this::candidates,
                            terms.nodeKey(),
                            terms.incarnation(),
                            leaves(connection.leafSha256()),
                            Protocol.CURRENT),
                    terms.random(),
                    timers,
                    terms.handshakeTimeout(),
                    this);
        }

        @Override
        public boolean greets() {
            return true;
        }

        @Override
        public void admitted(AnswererStep.Admitted<LinkName> admitted) {
            FrameDecoder decoder = handshake.welcome(terms.welcome());
            IngressLink link = new IngressLink(
                    admitted.entry(), terms.runtime().loop(connection.context()), terms, sessions, gone);
            Tunnel tunnel = new Tunnel(
                    connection.carrier(),
                    timers,
                    terms.answered(admitted.peerInitialWindow()),
                    terms.budget(),
                    decoder,
                    link);
            decoder.sink(tunnel);
            connection.listener(tunnel);
            link.start(tunnel);
            LOG.atInfo()
                    .setMessage("link accepted")
                    .addKeyValue("from", admitted.entry())
                    .addKeyValue("address", connection.remoteAddress())
                    .log();
            up.accept(link);
        }

        @Override
        public void refused(AnswererStep.Refused<LinkName> refused) {
            failed(new AnsweredHandshake.Failure(AnsweredHandshake.Kind.MALFORMED, "refused", refused.reason()));
        }

        @Override
        public void failed(AnsweredHandshake.Failure failure) {
            int hidden = lines.admit(failure.kind());
            if (hidden >= 0) {
                LOG.atWarn()
                        .setMessage("no link")
                        .addKeyValue("outcome", failure.what())
                        .addKeyValue("address", connection.remoteAddress())
                        .addKeyValue("reason", failure.reason())
                        .addKeyValue("hidden_before", hidden)
                        .log();
            }
        }
    }
}
