package io.tlstunnel.server.ingress;

import io.tlstunnel.server.routing.OwnRegistrations;
import io.tlstunnel.server.routing.Registration;
import io.tlstunnel.server.tunnel.NodeIdentity;
import io.tlstunnel.server.tunnel.NodeTunnel;
import io.tlstunnel.server.tunnel.Session;
import io.tlstunnel.wire.Frame;
import io.tlstunnel.wire.ProxyResult;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Tells all nodes what this one holds of a session, and the session's client what came of its proxies. Control context
 * only.
 */
final class Announcements {
    private final NodeIdentity node;
    private final OwnRegistrations own;
    private final Consumer<Registration> registrations;
    private final Map<Session, Said> said = new HashMap<>();

    /** What was last told of a session's proxies. */
    private record Said(long revision, List<Registration.Entry> entries, List<ProxyResult> results) {
        static final Said NOTHING = new Said(0, List.of(), List.of());
    }

    /** @param registrations takes each change, to tell all nodes */
    Announcements(NodeIdentity node, OwnRegistrations own, Consumer<Registration> registrations) {
        this.node = node;
        this.own = own;
        this.registrations = registrations;
    }

    private Said said(Session session) {
        return said.getOrDefault(session, Said.NOTHING);
    }

    /** Of its proxies was decided: all hear it. */
    void decided(Session session, List<ProxyResult> results, List<Registration.Entry> entries) {
        said.put(session, new Said(session.revision(), entries, results));
        announce(session);
        tell(session, node.id(), results);
    }

    /** Its tunnels are others than before: all nodes hear it. */
    void announce(Session session) {
        Said last = said(session);
        registrations.accept(
                own.change(session.client(), session.ref(), session.loops(), last.revision(), last.entries()));
    }

    /** Its client hears once more what was decided; what is being decided is told when it is. */
    void repeat(Session session) {
        Said last = said(session);
        if (session.revision() > 0 && session.revision() == last.revision()) {
            tell(session, node.id(), last.results());
        }
    }

    /** Its client hears what came of its proxies at another node. */
    void tell(Session session, String at, List<ProxyResult> results) {
        NodeTunnel tunnel = session.pick();
        if (tunnel != null) {
            tunnel.send(new Frame.Registered(session.revision(), at, results));
        }
    }

    /** Its proxies, as last decided. */
    List<Registration.Entry> entries(Session session) {
        return said(session).entries();
    }

    /** Nothing more is told of its proxies. */
    void forget(Session session) {
        said.remove(session);
    }

    /** This node has no part in it any more: all nodes hear it. */
    void end(Session session, Registration.Part part) {
        if (own.of(session.ref()) != null) {
            registrations.accept(own.end(session.client(), session.ref(), part));
        }
    }
}
