package io.tlstunnel.server.routing;

import io.tlstunnel.wire.SessionRef;
import java.util.List;

/** Told by the route table of what has changed. Called on the control context, after the change. */
public interface RouteChanges {

    /** Visitors of that key go to these from now on. */
    void routed(IngressKey key, Members members);

    /** Nobody has that key any more. */
    void unrouted(IngressKey key);

    /** The session has its tunnels there from now on, this node's first; empty while it waits for one. */
    void held(String client, SessionRef session, List<Holder> holders);

    /** The client has said what it wants, at least that once. */
    void settled(String client, SessionRef session);

    /** The session is over on all nodes: it ended, or a later one of its client took over. */
    void over(String client, SessionRef session);

    /** The session is over on all nodes, and its client said so: what runs may finish. */
    void left(String client, SessionRef session);
}
