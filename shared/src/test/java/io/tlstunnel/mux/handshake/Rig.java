package io.tlstunnel.mux.handshake;

import io.tlstunnel.config.ClientConfig.ChannelBinding;
import io.tlstunnel.mux.handshake.AnswererStep.Admitted;
import io.tlstunnel.mux.handshake.AnswererStep.SendChallenge;
import io.tlstunnel.mux.handshake.DiallerStep.SendProof;
import io.tlstunnel.security.Candidate;
import io.tlstunnel.security.Fingerprint;
import io.tlstunnel.security.KeyLookup;
import io.tlstunnel.security.NodeKey;
import io.tlstunnel.security.TunnelKey;
import io.tlstunnel.wire.Limits;
import io.tlstunnel.wire.SessionRef;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A client called {@code laptop} and a node that knows it, both with what a handshake needs; each test changes one thing. */
final class Rig {
    static final SecureRandom RANDOM = new SecureRandom();
    static final long INCARNATION = 0xfeedL;
    static final SessionRef SESSION = new SessionRef(11, 12, 3);
    static final Fingerprint LEAF = leaf(1);
    static final WelcomeTerms WELCOME =
            new WelcomeTerms("node-1", SESSION, new Limits(100, 16, 65536), 32768, 5000, 1, 7);

    final TunnelKey key = TunnelKey.random(RANDOM);
    final NodeKey nodeKey = NodeKey.random(RANDOM);

    TunnelKey clientKey = key;
    String name = "laptop";

    @Nullable
    OwnSession session;

    CarrierTrust carrier = new CarrierTrust.Certificate(LEAF, true);
    ChannelBinding binding = ChannelBinding.ON;
    Protocol clientProtocol = Protocol.CURRENT;

    Map<String, List<Candidate<String>>> known = Map.of("laptop", List.of(new Candidate<>(key, "entry of laptop")));
    Set<Fingerprint> leaves = Set.of(LEAF);
    Protocol nodeProtocol = Protocol.CURRENT;

    static Fingerprint leaf(int number) {
        byte[] sha256 = new byte[Fingerprint.LENGTH];
        Arrays.fill(sha256, (byte) number);
        return Fingerprint.of(sha256);
    }

    /** The session of an earlier WELCOME of this node. */
    OwnSession ownSession() {
        return new OwnSession(SESSION, nodeKey.resumeSecret(name, SESSION));
    }

    DiallerHandshake dialler() {
        return new DiallerHandshake(
                new DiallerOffer(clientKey, name, session, 32768, carrier, binding, clientProtocol), RANDOM);
    }

    AnswererHandshake<String> answerer() {
        KeyLookup<String> lookup = asked -> known.getOrDefault(asked, List.of());
        return new AnswererHandshake<>(new AnswererTerms<>(lookup, nodeKey, INCARNATION, leaves, nodeProtocol), RANDOM);
    }

    /** A handshake up to a step. */
    final class Run implements AutoCloseable {
        final DiallerHandshake client = dialler();
        final AnswererHandshake<String> node = answerer();
        final Party<DiallerStep> clientSide = Party.of(client);
        final Party<AnswererStep<String>> nodeSide = Party.of(node);
        final byte[] hello = client.hello();

        @Override
        public void close() {
            clientSide.close();
            nodeSide.close();
        }

        AnswererStep<String> toHello() {
            return nodeSide.feedOne(hello);
        }

        byte[] challenge() {
            return ((SendChallenge<String>) toHello()).challenge();
        }

        DiallerStep toChallenge() {
            return clientSide.feedOne(challenge());
        }

        byte[] proof() {
            return ((SendProof) toChallenge()).proof();
        }

        AnswererStep<String> toProof() {
            return nodeSide.feedOne(proof());
        }

        Admitted<String> admitted() {
            return (Admitted<String>) toProof();
        }

        byte[] welcome() {
            admitted();
            return node.welcome(WELCOME);
        }

        DiallerStep toWelcome() {
            return clientSide.feedOne(welcome());
        }
    }

    Run run() {
        return new Run();
    }
}
