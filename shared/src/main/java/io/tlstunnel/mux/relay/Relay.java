package io.tlstunnel.mux.relay;

import io.tlstunnel.mux.Tunnel;
import io.tlstunnel.wire.Frame;
import io.tlstunnel.wire.ResetCode;
import io.tlstunnel.wire.ResumeAnswer;
import io.tlstunnel.wire.ResumeEntry;
import io.tlstunnel.wire.SessionRef;
import io.tlstunnel.wire.StreamState;

/**
 * What a node does for streams whose client has a tunnel here and whose visitor came in at another node: their channels
 * pass between that tunnel and the link to that node. One for each tunnel of a client, on its thread; what came by a link
 * never leaves by a link.
 */
public final class Relay {
    private final Tunnel tunnel;
    private final SessionRef session;
    private final RelayBudget budget;
    private final Links links;
    private final int maxChannels;

    /**
     * @param tunnel the client's
     * @param session whose it is
     * @param maxChannels channels on the tunnel at once; a client has no more streams than that
     */
    public Relay(Tunnel tunnel, SessionRef session, RelayBudget budget, Links links, int maxChannels) {
        if (tunnel.isLink()) {
            throw new IllegalArgumentException("what came by a link never leaves by a link");
        }
        this.tunnel = tunnel;
        this.session = session;
        this.budget = budget;
        this.links = links;
        this.maxChannels = maxChannels;
    }

    /** Answers an OPEN of {@code link} for a session that has no tunnel here. */
    public static void refuse(Tunnel link, Frame.Open open) {
        link.refuse(open, ResetCode.NOT_HERE, "the client has no tunnel to this node");
    }

    /** The OPEN came over {@code link} in this turn, for this session: it goes on to the client, or is refused. */
    public void open(Tunnel link, Frame.Open open) {
        if (!tunnel.isOpen() || !session.equals(open.session())) {
            refuse(link, open);
        } else if (tunnel.streams() >= maxChannels) {
            link.refuse(open, ResetCode.LIMIT, "the client has as many streams as it may have");
        } else if (!RelayChannel.open(link, open, tunnel, budget)) {
            link.refuse(open, ResetCode.BUSY, "the relay's budget is used up");
        }
    }

    /** The client's RESUME of this turn, about a stream of another incarnation: it goes on to that one, or is answered. */
    public void resume(ResumeEntry entry) {
        long incarnation = entry.stream().incarnation();
        Tunnel link = links.find(incarnation);
        if (link != null && link.takesResumes() && tunnel.streams() < maxChannels) {
            RelayChannel.resume(tunnel, entry, link, forLink(entry), budget);
        } else {
            ResumeAnswer answer = links.isGone(incarnation) ? ResumeAnswer.GONE : ResumeAnswer.UNREACHABLE;
            tunnel.answer(entry, answer, new StreamState.Open());
        }
    }

    private ResumeEntry forLink(ResumeEntry entry) {
        return new ResumeEntry(
                entry.stream(),
                session,
                entry.channel(),
                entry.attach(),
                entry.received(),
                entry.allowed(),
                entry.state());
    }
}
