package io.tlstunnel.mux.handshake;

import io.tlstunnel.security.Fingerprint;
import io.tlstunnel.security.KeyLookup;
import io.tlstunnel.security.NodeKey;
import java.util.Set;

/**
 * What the answering side brings to one handshake.
 *
 * @param keys who may come with which key
 * @param nodeKey checks and makes resume secrets
 * @param incarnation this node's
 * @param leaves the certificates that a client of this connection may have been shown: the one that this node sent, or
 *     those of the balancer in front of it; empty if it knows none, so that no binding is wanted
 * @param <E> the permissions behind a key
 */
public record AnswererTerms<E>(
        KeyLookup<E> keys, NodeKey nodeKey, long incarnation, Set<Fingerprint> leaves, Protocol protocol) {
    public AnswererTerms {
        leaves = Set.copyOf(leaves);
    }
}
