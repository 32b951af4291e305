package io.tlstunnel.server.tunnel;

import io.tlstunnel.config.ClientEntry;
import io.tlstunnel.mux.resume.SessionStreams;
import io.tlstunnel.wire.ProxySpec;
import io.tlstunnel.wire.SessionRef;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One run of a client, as this node sees it. Changed on the control context only; {@link #pick} and the stream count may
 * be used on any thread.
 */
public final class Session {

    /** Where a session is on its way. */
    public enum State {
        /** Admitted, its first tunnel is on the way. */
        NEW,
        /** Has a tunnel. */
        ATTACHED,
        /** Has lost its last tunnel, and waits. */
        SUSPENDED,
        /** Over. */
        ENDED
    }

    private final String client;
    private final SessionRef ref;
    private volatile ClientEntry entry;
    private final SessionPaths paths;
    private volatile List<ServerTunnel> tunnels = List.of();
    private State state = State.NEW;
    private long suspendedAtMillis;
    private long revision;
    private List<ProxySpec> proxies = List.of();

    Session(ClientEntry entry, SessionPaths paths) {
        this.client = paths.client();
        this.ref = paths.session();
        this.entry = entry;
        this.paths = paths;
    }

    /** Name of the client. */
    public String client() {
        return client;
    }

    public SessionRef ref() {
        return ref;
    }

    /** What its key allows. */
    public ClientEntry entry() {
        return entry;
    }

    /** Its key allows something else from now on. */
    void permit(ClientEntry changed) {
        entry = changed;
        paths.maxStreams(changed.maxStreams());
    }

    public State state() {
        return state;
    }

    /** When its last tunnel went, while SUSPENDED. */
    public long suspendedAtMillis() {
        return suspendedAtMillis;
    }

    /** Revision of its proxies, 0 before the first REGISTER. */
    public long revision() {
        return revision;
    }

    /** The whole set of its proxies. */
    public List<ProxySpec> proxies() {
        return proxies;
    }

    /** The event loops that its tunnels are on, by their numbers in links. */
    public List<Integer> loops() {
        return tunnels.stream().map(ServerTunnel::loop).distinct().sorted().toList();
    }

    List<ServerTunnel> tunnels() {
        return tunnels;
    }

    /** The open tunnel with the fewest streams, or null. Any thread. */
    public @Nullable ServerTunnel pick() {
        return tunnels.stream()
                .filter(ServerTunnel::isOpen)
                .min(Comparator.comparingInt(ServerTunnel::streams))
                .orElse(null);
    }

    SessionPaths paths() {
        return paths;
    }

    /** What there is to tell of it. */
    public SessionStatus status() {
        return new SessionStatus(
                state,
                suspendedAtMillis,
                tunnels.stream().map(ServerTunnel::status).toList());
    }

    /** Its streams, on whatever tunnel or on none. Any thread. */
    public SessionStreams streams() {
        return paths.streams();
    }

    void register(long newRevision, List<ProxySpec> newProxies) {
        revision = newRevision;
        proxies = List.copyOf(newProxies);
    }

    void add(ServerTunnel tunnel) {
        List<ServerTunnel> next = new ArrayList<>(tunnels);
        next.add(tunnel);
        tunnels = List.copyOf(next);
        state = State.ATTACHED;
        paths.add(tunnel);
    }

    void remove(ServerTunnel tunnel) {
        List<ServerTunnel> next = new ArrayList<>(tunnels);
        next.remove(tunnel);
        tunnels = List.copyOf(next);
        paths.remove(tunnel);
    }

    void suspended(long nowMillis) {
        state = State.SUSPENDED;
        suspendedAtMillis = nowMillis;
    }

    void ended() {
        state = State.ENDED;
    }
}
