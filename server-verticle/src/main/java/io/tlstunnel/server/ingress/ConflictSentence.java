package io.tlstunnel.server.ingress;

import io.tlstunnel.server.routing.Claim;
import io.tlstunnel.server.tunnel.Session;

/** Says who has a key that somebody else wants, and until when. */
@FunctionalInterface
interface ConflictSentence {
    String of(Claim wanted, Claim inTheWay, Session asking);
}
