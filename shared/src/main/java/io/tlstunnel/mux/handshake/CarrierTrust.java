package io.tlstunnel.mux.handshake;

import io.tlstunnel.security.Fingerprint;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** What the dialling side knows about who is at the other end of its connection, before the handshake. */
public sealed interface CarrierTrust {

    /**
     * A certificate was shown.
     *
     * @param trusted verified against roots and host name, or pinned
     */
    record Certificate(Fingerprint leaf, boolean trusted) implements CarrierTrust {}

    /** No TLS, and none needed: the peer is on this host. */
    record Loopback() implements CarrierTrust {}

    /** No TLS, and nothing that speaks for the peer. */
    record Unprotected() implements CarrierTrust {}

    /** From what a carrier's connection says of itself; without a certificate only a loopback peer is trusted. */
    static CarrierTrust of(byte @Nullable [] leafSha256, boolean leafTrusted, InetAddress peer) {
        if (leafSha256 != null) {
            return new Certificate(Fingerprint.of(leafSha256), leafTrusted);
        }
        return peer.isLoopbackAddress() ? new Loopback() : new Unprotected();
    }

    /** Whether the proof may go to this peer without being bound to a certificate. */
    default boolean trusted() {
        return this instanceof Loopback || (this instanceof Certificate shown && shown.trusted());
    }
}
