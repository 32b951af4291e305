package io.tlstunnel.e2e;

import io.tlstunnel.wire.BindingWanted;
import io.tlstunnel.wire.Frame.Challenge;
import io.tlstunnel.wire.Frame.Hello;
import io.tlstunnel.wire.Frame.Proof;
import io.tlstunnel.wire.Frame.Welcome;
import io.tlstunnel.wire.FrameEncoder;
import io.tlstunnel.wire.Limits;
import io.tlstunnel.wire.SessionRef;
import io.tlstunnel.wire.WireFormat;
import java.io.IOException;

/** How somebody without the key answers a client: with what the client itself has said. */
enum Reflection {
    HELLO_AS_CHALLENGE("the server broke the protocol") {
        @Override
        void answer(WirePeer client) throws IOException {
            client.send(client.next());
        }
    },
    NONCE_OF_HELLO("sent this side's own nonce back") {
        @Override
        void answer(WirePeer client) throws IOException {
            client.send(challenge(((Hello) client.nextFrame()).nonce()));
        }
    },
    PROOF_AS_WELCOME("the server broke the protocol") {
        @Override
        void answer(WirePeer client) throws IOException {
            client.next();
            client.send(challenge(new byte[WireFormat.NONCE_LENGTH]));
            client.send(client.next());
        }
    },
    MAC_OF_PROOF("the server does not know the key") {
        @Override
        void answer(WirePeer client) throws IOException {
            client.next();
            client.send(challenge(new byte[WireFormat.NONCE_LENGTH]));
            client.send(welcome(((Proof) client.nextFrame()).mac()));
        }
    },
    /** So that the transcripts look as much alike as they can. */
    MAC_OF_PROOF_TO_A_KNOWN_NONCE("the server does not know the key") {
        @Override
        void answer(WirePeer client) throws IOException {
            byte[] turned = ((Hello) client.nextFrame()).nonce().clone();
            turned[0] ^= 1;
            client.send(challenge(turned));
            client.send(welcome(((Proof) client.nextFrame()).mac()));
        }
    };

    private static final long INCARNATION = 7;
    private static final int WINDOW = 32 * 1024;
    private static final int PING_MILLIS = 5_000;

    private final String reason;

    Reflection(String reason) {
        this.reason = reason;
    }

    /** Says his part of the handshake, and no more. */
    abstract void answer(WirePeer client) throws IOException;

    /** Part of the reason in the client's log. */
    String clientSays() {
        return reason;
    }

    private static byte[] challenge(byte[] nonce) {
        return FrameEncoder.toArray(new Challenge(1, 0, INCARNATION, BindingWanted.LEAF, nonce));
    }

    private static byte[] welcome(byte[] mac) {
        return FrameEncoder.toArray(new Welcome(
                "impostor",
                INCARNATION,
                new SessionRef(1, 2, 1),
                new byte[WireFormat.RESUME_SECRET_LENGTH],
                new Limits(1, 1, WireFormat.MAX_DATA),
                WINDOW,
                PING_MILLIS,
                1,
                0,
                mac));
    }
}
