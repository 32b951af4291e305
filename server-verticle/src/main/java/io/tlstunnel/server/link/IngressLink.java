package io.tlstunnel.server.link;

import io.tlstunnel.mux.LinkListener;
import io.tlstunnel.mux.Stream;
import io.tlstunnel.mux.Tunnel;
import io.tlstunnel.mux.relay.Relay;
import io.tlstunnel.mux.resume.SessionStreams;
import io.tlstunnel.server.admin.RelayRefusal;
import io.tlstunnel.server.tunnel.NodeTunnel;
import io.tlstunnel.server.tunnel.SessionDirectory;
import io.tlstunnel.server.tunnel.SessionPaths;
import io.tlstunnel.transport.EventLoopContext;
import io.tlstunnel.wire.Frame;
import io.tlstunnel.wire.ResetCode;
import io.tlstunnel.wire.ResumeAnswer;
import io.tlstunnel.wire.ResumeEntry;
import io.tlstunnel.wire.SessionRef;
import io.tlstunnel.wire.StreamState;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The end of a link where visitors are: their streams go to clients of the node that dialled it. */
final class IngressLink extends NodeTunnel implements LinkListener {
    private static final Logger LOG = LoggerFactory.getLogger(IngressLink.class);

    private final LinkName from;
    private final SessionDirectory sessions;
    private final Consumer<IngressLink> gone;

    /** @param gone told when it takes no more streams, on its context */
    IngressLink(
            LinkName from,
            EventLoopContext loop,
            LinkTerms terms,
            SessionDirectory sessions,
            Consumer<IngressLink> gone) {
        super(loop, terms.metrics());
        this.from = from;
        this.sessions = sessions;
        this.gone = gone;
    }

    @Override
    protected void start(Tunnel started) {
        super.start(started);
    }

    LinkName from() {
        return from;
    }

    @Override
    public void relay(Frame.Open open) {
        // What came by a link never leaves by a link, and this end has no clients to offer.
        Relay.refuse(tunnel(), open);
    }

    @Override
    public void opened(Stream stream, Frame.Open open) {
        throw new IllegalStateException("a link relays");
    }

    @Override
    public void refused(Stream stream, ResetCode code) {
        streamsChanged();
        metrics().refused(RelayRefusal.of(code));
        sessions.refused(stream, code);
    }

    @Override
    public void detached(Stream stream) {
        streamsChanged();
        sessions.goOn(stream, SessionStreams::detached);
    }

    @Override
    public void unreachable(Stream stream) {
        streamsChanged();
        sessions.goOn(stream, SessionStreams::unreachable);
    }

    @Override
    public void resume(ResumeEntry entry) {
        SessionRef session = entry.session();
        SessionPaths paths = session == null ? null : sessions.find(session);
        if (paths == null) {
            tunnel().answer(entry, ResumeAnswer.GONE, new StreamState.Open());
        } else {
            paths.streams().resume(this, entry);
        }
    }

    @Override
    public void control(Frame frame) {
        // Nothing is registered over a link.
    }

    @Override
    public void goAway(Frame.GoAway goAway) {
        leave();
    }

    private void leave() {
        opensNoMore();
        gone.accept(this);
    }

    @Override
    public void roundTrip(long nanos) {
        // Of clients' tunnels only: people read it as the time to their clients.
    }

    @Override
    public void closed(String reason, List<Stream> lost) {
        LOG.atInfo()
                .setMessage("link closed")
                .addKeyValue("from", from)
                .addKeyValue("reason", reason)
                .addKeyValue("streams_suspended", lost.size())
                .log();
        leave();
        metrics().streams().suspended(lost.size());
        sessions.suspended(this, lost);
        ended();
    }
}
