package io.tlstunnel.mux.handshake;

import io.tlstunnel.mux.handshake.DiallerStep.Draining;
import io.tlstunnel.mux.handshake.DiallerStep.Refused;
import io.tlstunnel.mux.handshake.DiallerStep.Replaced;
import io.tlstunnel.wire.BindingUsed;
import io.tlstunnel.wire.Frame.GoAway;
import io.tlstunnel.wire.GoAwayCode;

/**
 * What a GOAWAY in place of CHALLENGE or WELCOME means. Nobody has proved anything with it, so it never ends a client for
 * good unless the certificate speaks for its sender.
 */
final class DiallerRefusal {
    private DiallerRefusal() {}

    /** @param binding what PROOF was bound to; NONE if none was sent */
    static DiallerStep of(GoAway goAway, DiallerOffer offer, BindingUsed binding) {
        return switch (goAway.code()) {
            case REFUSED -> refused(goAway, refusedSentence(goAway, binding));
            case DRAINING -> new Draining("the node is leaving" + because(goAway));
            case REPLACED ->
                believable(goAway, offer)
                        ? new Replaced("another run of this client took its session over" + because(goAway))
                        : refused(
                                goAway,
                                "somebody without a trusted certificate says that this client was replaced: not believed");
            case PROTOCOL -> refused(goAway, "the server does not understand this client" + because(goAway));
            case EXHAUSTED, BYE, OTHER -> refused(goAway, "the server ended the handshake" + because(goAway));
        };
    }

    /** HELLO shows the session's id to whoever answers it, so knowing the id is no proof. */
    private static boolean believable(GoAway goAway, DiallerOffer offer) {
        OwnSession session = offer.session();
        return offer.carrier().trusted()
                && session != null
                && session.ref().id().equals(goAway.reference());
    }

    private static Refused refused(GoAway goAway, String sentence) {
        return new Refused(goAway.code(), goAway.reference(), sentence);
    }

    private static String refusedSentence(GoAway goAway, BindingUsed binding) {
        String sentence = "the server refused this client: its key, its name, the time or its permissions may be wrong;"
                + " the server's log says why under the reference " + PeerText.quoted(goAway.reference());
        if (binding != BindingUsed.LEAF) {
            return sentence;
        }
        return sentence + "; a TLS-inspecting company proxy in between changes the certificate and is refused as well:"
                + " if there is one that you trust, channel_binding = \"off\" is the way out";
    }

    private static String because(GoAway goAway) {
        return goAway.code() == GoAwayCode.OTHER || goAway.reason().isEmpty()
                ? ""
                : ", it says: " + PeerText.quoted(goAway.reason());
    }
}
