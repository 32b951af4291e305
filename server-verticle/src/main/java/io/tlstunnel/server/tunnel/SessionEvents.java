package io.tlstunnel.server.tunnel;

import io.tlstunnel.wire.ProxySpec;
import java.util.List;
import java.util.Optional;

/** What the rest of the node hears of its sessions, and knows of them. Called on the control context. */
public interface SessionEvents {

    /** What a client asks for. */
    record Wanted(long revision, List<ProxySpec> proxies) {}

    /** What other nodes know that the session asks for. */
    Optional<Wanted> known(Session session);

    /** A session began; {@link #ended}, {@link #superseded} or {@link #supersededElsewhere} ends it. */
    void opened(Session session);

    /** The client asks for this set of proxies; {@link Session#revision} is its revision. */
    void registered(Session session, List<ProxySpec> proxies);

    /** Its key allows something else now: {@link Session#entry}. */
    void permitted(Session session);

    /** The session has a tunnel again, or one more. */
    void attached(Session session);

    /** The session has one tunnel less, or none any more. */
    void detached(Session session);

    /** {@code heir} is a later run of the same client. {@code old} is over. */
    void superseded(Session old, Session heir);

    /** A later run of the same client has come to another node. {@code old} is over. */
    void supersededElsewhere(Session old);

    /**
     * The session is over here and has no heir.
     *
     * @param goodbye whether its client said so
     */
    void ended(Session session, boolean goodbye);
}
