package io.tlstunnel.server.admin;

import io.tlstunnel.wire.ResetCode;

/** Why another node did not pass on a stream that entered here. */
public enum RelayRefusal {
    /** It has no tunnel of the client any more: this node's route was stale. */
    NOT_HERE,
    /** Its {@code relay_budget} is used up. */
    BUSY;

    /** Of those two codes. */
    public static RelayRefusal of(ResetCode code) {
        return code == ResetCode.BUSY ? BUSY : NOT_HERE;
    }
}
