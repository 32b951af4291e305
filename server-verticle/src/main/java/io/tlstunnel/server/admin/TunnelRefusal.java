package io.tlstunnel.server.admin;

/** Why a client was not admitted. The wire says only {@code refused}; this is for the operator. */
public enum TunnelRefusal {
    /** No entry and no wildcard key for that name. */
    UNKNOWN_CLIENT,
    /** The proof does not fit any key of the name. */
    WRONG_KEY,
    /** The certificate that the client saw is not the one that was sent: somebody stands between. */
    BINDING,
    /** No common version of the protocol. */
    VERSION,
    /** A newer run of the same client is known. */
    SUPERSEDED,
    /** The session has as many tunnels as it may. */
    LIMIT,
    /** The node is leaving. */
    DRAINING
}
