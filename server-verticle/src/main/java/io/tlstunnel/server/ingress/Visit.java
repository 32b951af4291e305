package io.tlstunnel.server.ingress;

import io.tlstunnel.server.admin.VisitorRefusal;
import io.tlstunnel.server.routing.IngressKey;
import java.util.HashSet;
import java.util.Set;

/** One visitor and where it was not let in. One thread at a time. */
final class Visit {
    private final IngressKey key;
    private final Set<String> tried = new HashSet<>(2);
    private VisitorRefusal refusal = VisitorRefusal.LIMIT;

    Visit(IngressKey key) {
        this.key = key;
    }

    IngressKey key() {
        return key;
    }

    /** Clients that it shall not go to any more. */
    Set<String> tried() {
        return tried;
    }

    /** It cannot go to that client. */
    void refusedBy(String client, VisitorRefusal reason) {
        tried.add(client);
        refusal = reason;
    }

    /** Why it was refused last. */
    VisitorRefusal refusal() {
        return refusal;
    }
}
