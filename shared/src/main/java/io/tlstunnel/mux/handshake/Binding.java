package io.tlstunnel.mux.handshake;

import io.tlstunnel.config.ClientConfig.ChannelBinding;
import io.tlstunnel.mux.handshake.CarrierTrust.Certificate;
import io.tlstunnel.wire.BindingUsed;
import io.tlstunnel.wire.BindingWanted;
import io.tlstunnel.wire.WireFormat;

/**
 * What the dialling side binds its proof to. A proof that is bound to nothing could be handed on by a man in the middle,
 * so it goes only to a peer that something else speaks for.
 */
sealed interface Binding {

    /**
     * This goes into PROOF.
     *
     * @param bytes 32; zeros unless {@code used} is LEAF
     */
    record Use(BindingUsed used, byte[] bytes) implements Binding {}

    /** The handshake ends before PROOF. */
    record Impossible(String sentence) implements Binding {}

    static Binding choose(BindingWanted wanted, DiallerOffer offer) {
        if (offer.binding() == ChannelBinding.OFF) {
            return unbound(
                    BindingUsed.OFF,
                    offer,
                    "channel_binding = \"off\" needs a certificate that is verified or pinned, and this one is neither");
        }
        return switch (wanted) {
            case LEAF -> leaf(offer);
            case NONE ->
                unbound(
                        BindingUsed.NONE,
                        offer,
                        "the server cannot bind the proof to its certificate (TLS ends in front of it, and it has no"
                                + " balancer_cert_path), so the certificate must be verified or pinned, and this one is"
                                + " neither");
        };
    }

    private static Binding leaf(DiallerOffer offer) {
        if (offer.carrier() instanceof Certificate shown) {
            return new Use(BindingUsed.LEAF, shown.leaf().bytes());
        }
        return new Impossible("the server wants the proof bound to its certificate, but this connection has no TLS: use"
                + " transport = \"wss\", or channel_binding = \"off\" if a program on this host adds the TLS");
    }

    private static Binding unbound(BindingUsed used, DiallerOffer offer, String otherwise) {
        if (offer.carrier().trusted()) {
            return new Use(used, new byte[WireFormat.BINDING_LENGTH]);
        }
        return new Impossible(otherwise
                + ": set server_fingerprint or ca_cert_path, and leave skip_verify and transport = \"ws\" out");
    }
}
