package io.tlstunnel.e2e;

import io.tlstunnel.config.ClientConfig.ChannelBinding;
import io.tlstunnel.config.Secret;
import io.tlstunnel.mux.handshake.CarrierTrust;
import io.tlstunnel.mux.handshake.DiallerHandshake;
import io.tlstunnel.mux.handshake.DiallerOffer;
import io.tlstunnel.mux.handshake.DiallerStep;
import io.tlstunnel.mux.handshake.OwnSession;
import io.tlstunnel.mux.handshake.Protocol;
import io.tlstunnel.security.Fingerprint;
import io.tlstunnel.security.TunnelKey;
import java.io.IOException;
import java.security.SecureRandom;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** Does the client's part of the handshake on a {@link WirePeer}, one step at a time. */
final class HandDialler {
    private static final int INITIAL_WINDOW = 32 * 1024;
    private static final SecureRandom RANDOM = new SecureRandom();

    /** Made once: deriving it is slow on purpose. */
    static final TunnelKey RIGHT_KEY = TunnelKey.derive(new Secret(Rig.KEY), TunnelKey.Purpose.TUNNEL);

    static final TunnelKey WRONG_KEY = TunnelKey.random(RANDOM);

    private final WirePeer peer;
    private final DiallerHandshake handshake;

    private HandDialler(WirePeer peer, DiallerOffer offer) {
        this.peer = peer;
        this.handshake = new DiallerHandshake(offer, RANDOM);
    }

    static HandDialler on(WirePeer peer, TunnelKey key, String name) {
        return on(peer, key, name, Protocol.CURRENT);
    }

    static HandDialler on(WirePeer peer, TunnelKey key, String name, Protocol protocol) {
        return on(peer, key, name, null, protocol);
    }

    /** One that says to have that session. */
    static HandDialler on(WirePeer peer, String name, OwnSession session) {
        return on(peer, RIGHT_KEY, name, session, Protocol.CURRENT);
    }

    private static HandDialler on(
            WirePeer peer, TunnelKey key, String name, @Nullable OwnSession session, Protocol protocol) {
        CarrierTrust trust = peer.socket() instanceof SSLSocket tls
                ? new CarrierTrust.Certificate(shown(tls), true)
                : new CarrierTrust.Loopback();
        return new HandDialler(
                peer, new DiallerOffer(key, name, session, INITIAL_WINDOW, trust, ChannelBinding.ON, protocol));
    }

    private static Fingerprint shown(SSLSocket tls) {
        try {
            return Fingerprint.of((X509Certificate) tls.getSession().getPeerCertificates()[0]);
        } catch (javax.net.ssl.SSLPeerUnverifiedException | CertificateEncodingException e) {
            throw new AssertionError(e);
        }
    }

    byte[] hello() {
        return handshake.hello();
    }

    /** PROOF for that CHALLENGE. */
    byte[] proof(byte[] challenge) {
        return ((DiallerStep.SendProof) step(challenge)).proof();
    }

    DiallerStep step(byte[] frame) {
        handshake.handshakeBytes(frame);
        return handshake.frame(WirePeer.decode(frame));
    }

    /** The whole of it, up to what comes in place of WELCOME or is it. */
    DiallerStep shakeHands() throws IOException {
        peer.send(hello());
        peer.send(proof(peer.next()));
        return step(peer.next());
    }
}
