package io.tlstunnel.server.tunnel;

import io.tlstunnel.wire.ProxySpec;
import java.util.List;

/** What the rest of the node hears of sessions. Called on the control context. */
public interface SessionEvents {

    /** A session began; {@link #ended} or {@link #superseded} ends it. */
    void opened(Session session);

    /** The client asks for this set of proxies; {@link Session#revision} is its revision. */
    void registered(Session session, List<ProxySpec> proxies);

    /** Its key allows something else now: {@link Session#entry}. */
    void permitted(Session session);

    /** The session has a tunnel again, or one more. */
    void attached(Session session);

    /** {@code heir} is a later run of the same client. {@code old} is over. */
    void superseded(Session old, Session heir);

    /** The session is over and has no heir. */
    void ended(Session session);
}
