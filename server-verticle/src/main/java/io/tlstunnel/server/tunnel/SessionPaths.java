package io.tlstunnel.server.tunnel;

import io.tlstunnel.mux.Stream;
import io.tlstunnel.mux.resume.SessionStreams;
import io.tlstunnel.wire.ResetCode;
import io.tlstunnel.wire.SessionRef;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The streams that entered this node for one session, and what they can run on: its tunnels here, and links to the nodes
 * that have others. Changed on the control context, asked on any thread.
 */
public final class SessionPaths {
    private final String client;
    private final SessionRef session;
    private final SessionStreams streams;
    private final AtomicInteger open = new AtomicInteger();
    private volatile int maxStreams;
    private volatile List<NodeTunnel> tunnels = List.of();
    private volatile List<NodeTunnel> links = List.of();
    private volatile boolean leaving;

    SessionPaths(String client, SessionRef session, int maxStreams, SessionStreams streams) {
        this.client = client;
        this.session = session;
        this.maxStreams = maxStreams;
        this.streams = streams;
    }

    /** Name of the client. */
    public String client() {
        return client;
    }

    public SessionRef session() {
        return session;
    }

    /** The streams, on whatever tunnel or link or on none. */
    public SessionStreams streams() {
        return streams;
    }

    /** The open tunnel with the fewest streams, or the link with the fewest if there is none here; or null. */
    public @Nullable NodeTunnel pick() {
        NodeTunnel here = fewest(tunnels);
        return here != null ? here : fewest(links);
    }

    private static @Nullable NodeTunnel fewest(List<NodeTunnel> among) {
        return among.stream()
                .filter(NodeTunnel::isOpen)
                .min(Comparator.comparingInt(NodeTunnel::streams))
                .orElse(null);
    }

    /** What there is to pick among. */
    int ways() {
        return tunnels.size() + links.size();
    }

    /** Counts a stream in, if the key's limit allows one more. */
    public boolean enter() {
        if (open.incrementAndGet() > maxStreams) {
            open.decrementAndGet();
            return false;
        }
        return true;
    }

    /** Streams that entered here and are counted in. */
    public int entered() {
        return open.get();
    }

    /** How many the key allows. */
    public int maxStreams() {
        return maxStreams;
    }

    /** Counts a stream out. */
    public void leave() {
        open.decrementAndGet();
    }

    /** Whether the client said goodbye: who loses the way now has lost it for good. */
    public boolean isLeaving() {
        return leaving;
    }

    /** These were on a tunnel or link that is gone: they wait for another one, unless the client has left. On its context. */
    void suspended(NodeTunnel lost, List<Stream> were) {
        if (leaving) {
            were.forEach(SessionPaths::abandon);
        } else {
            streams.suspended(lost, were);
        }
    }

    static void abandon(Stream stream) {
        stream.abandon(ResetCode.SESSION_ENDED, "the client has left");
    }

    void leaving(boolean goodbye) {
        leaving = goodbye;
    }

    /** Another limit holds. */
    void maxStreams(int changed) {
        maxStreams = changed;
    }

    /** Whether other nodes can be reached that have its tunnels. */
    boolean hasLinks() {
        return !links.isEmpty();
    }

    void add(NodeTunnel tunnel) {
        List<NodeTunnel> more = new ArrayList<>(tunnels);
        more.add(tunnel);
        tunnels = List.copyOf(more);
        streams.up(tunnel);
    }

    /** A tunnel takes no more streams, or is gone. */
    void remove(NodeTunnel tunnel) {
        tunnels = tunnels.stream().filter(other -> other != tunnel).toList();
        streams.down(tunnel);
    }

    /** These are the links to the nodes that have its tunnels. */
    public void links(List<NodeTunnel> now) {
        List<NodeTunnel> before = links;
        if (now.equals(before)) {
            return;
        }
        links = List.copyOf(now);
        List<NodeTunnel> gone = new ArrayList<>(before);
        gone.removeAll(now);
        gone.forEach(streams::down);
        now.stream().filter(link -> !before.contains(link)).forEach(streams::up);
    }
}
