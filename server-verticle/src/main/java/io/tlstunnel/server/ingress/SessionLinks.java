package io.tlstunnel.server.ingress;

import io.tlstunnel.config.ClientEntry;
import io.tlstunnel.server.routing.Holder;
import io.tlstunnel.server.tunnel.NodeIdentity;
import io.tlstunnel.server.tunnel.SessionDirectory;
import io.tlstunnel.server.tunnel.SessionPaths;
import io.tlstunnel.wire.SessionRef;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Gives each session the links to the nodes that have its tunnels. Control context only. */
final class SessionLinks {
    private final NodeIdentity node;
    private final Neighbours neighbours;
    private final SessionDirectory directory;
    private final Map<String, Held> byClient = new HashMap<>();

    private record Held(SessionRef session, List<Holder> holders) {}

    SessionLinks(NodeIdentity node, Neighbours neighbours, SessionDirectory directory) {
        this.node = node;
        this.neighbours = neighbours;
        this.directory = directory;
    }

    /** The session of that client has its tunnels there from now on. */
    void held(String client, SessionRef session, List<Holder> at) {
        byClient.put(client, new Held(session, at));
        link(client, session, at);
    }

    private void link(String client, SessionRef session, List<Holder> at) {
        ClientEntry entry = node.clients().of(client);
        if (entry == null) {
            // Its key is not known here: nobody comes in for it.
            return;
        }
        SessionPaths paths = directory.of(client, session, entry.maxStreams());
        paths.links(at.stream()
                .filter(holder -> holder.incarnation() != node.incarnation())
                .map(neighbours::linkTo)
                .filter(Objects::nonNull)
                .toList());
    }

    /** Links have come up or gone. */
    void relink() {
        byClient.forEach((client, held) -> link(client, held.session(), held.holders()));
    }

    /** Whether that client has a session somewhere. */
    boolean knows(String client) {
        return byClient.containsKey(client);
    }

    /** That session is over. */
    void over(String client, SessionRef session) {
        Held held = byClient.get(client);
        if (held != null && held.session().equals(session)) {
            byClient.remove(client);
        }
    }
}
