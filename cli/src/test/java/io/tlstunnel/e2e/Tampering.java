package io.tlstunnel.e2e;

import io.tlstunnel.wire.BindingUsed;
import io.tlstunnel.wire.BindingWanted;
import io.tlstunnel.wire.Frame.Challenge;
import io.tlstunnel.wire.Frame.Hello;
import io.tlstunnel.wire.Frame.Proof;
import io.tlstunnel.wire.Frame.Welcome;
import io.tlstunnel.wire.Limits;
import io.tlstunnel.wire.SessionRef;
import io.tlstunnel.wire.WireFormat;
import java.util.List;
import java.util.function.UnaryOperator;

/** What a {@link Middleman} changes in a handshake, and what each side then says. */
enum Tampering {
    OFFERED_VERSIONS(Said.REFUSED, Said.CHANGED) {
        @Override
        UnaryOperator<byte[]> change() {
            return Middleman.changing(Hello.class, hello -> offering(hello, List.of(2, 1), hello.features()));
        }
    },
    OFFERED_FEATURES(Said.REFUSED, Said.CHANGED) {
        @Override
        UnaryOperator<byte[]> change() {
            return Middleman.changing(Hello.class, hello -> offering(hello, hello.versions(), 0b101));
        }
    },
    EVERY_KNOWN_VERSION("the server does not understand this client", "speaks protocol version") {
        @Override
        UnaryOperator<byte[]> change() {
            return Middleman.changing(Hello.class, hello -> offering(hello, List.of(9), hello.features()));
        }
    },
    OFFERED_NAME(Said.REFUSED, Said.CHANGED) {
        @Override
        UnaryOperator<byte[]> change() {
            // To that of another client, which even has the same key.
            return Middleman.changing(
                    Hello.class,
                    hello -> new Hello(
                            hello.versions(), hello.features(), "client", null, hello.initialWindow(), hello.nonce()));
        }
    },
    OFFERED_WINDOW(Said.REFUSED, Said.CHANGED) {
        @Override
        UnaryOperator<byte[]> change() {
            return Middleman.changing(
                    Hello.class,
                    hello -> new Hello(
                            hello.versions(), hello.features(), hello.name(), hello.session(), 1, hello.nonce()));
        }
    },
    CHOSEN_VERSION(Said.NOT_OFFERED, Said.LEFT) {
        @Override
        UnaryOperator<byte[]> change() {
            return Middleman.changing(Challenge.class, asked -> chosen(asked, 2, 0, asked.bindingWanted()));
        }
    },
    CHOSEN_FEATURES(Said.NOT_OFFERED, Said.LEFT) {
        @Override
        UnaryOperator<byte[]> change() {
            return Middleman.changing(Challenge.class, asked -> chosen(asked, 1, 0b1, asked.bindingWanted()));
        }
    },
    WANTED_BINDING(Said.REFUSED, Said.CHANGED) {
        @Override
        UnaryOperator<byte[]> change() {
            return Middleman.changing(Challenge.class, asked -> chosen(asked, 1, 0, BindingWanted.NONE));
        }
    },
    USED_BINDING(Said.REFUSED, Said.CHANGED) {
        @Override
        UnaryOperator<byte[]> change() {
            return Middleman.changing(
                    Proof.class,
                    proof -> new Proof(
                            BindingUsed.OFF, new byte[WireFormat.BINDING_LENGTH], proof.resumeMac(), proof.mac()));
        }
    },
    GIVEN_LIMITS(Said.UNPROVEN, Said.CLOSED) {
        @Override
        UnaryOperator<byte[]> change() {
            return Middleman.changing(Welcome.class, told -> welcome(told, told.session(), new Limits(1, 1, 1)));
        }
    },
    GIVEN_SESSION(Said.UNPROVEN, Said.CLOSED) {
        @Override
        UnaryOperator<byte[]> change() {
            return Middleman.changing(
                    Welcome.class, told -> welcome(told, new SessionRef(1, 2, Long.MAX_VALUE), told.limits()));
        }
    };

    /** The sentences that several have in common. */
    private static final class Said {
        static final String REFUSED = "the server refused this client";
        static final String CHANGED = "or somebody changed the handshake on its way";
        static final String NOT_OFFERED = "which this side did not offer";
        static final String LEFT = "the dialling side did not offer what was chosen";
        static final String UNPROVEN = "the server does not know the key";
        /** It has let the client in, who then goes. */
        static final String CLOSED = "tunnel closed";
    }

    private final String client;
    private final String server;

    Tampering(String client, String server) {
        this.client = client;
        this.server = server;
    }

    abstract UnaryOperator<byte[]> change();

    /** Part of the reason in the client's log. */
    String clientSays() {
        return client;
    }

    /** Part of the reason in the server's log. */
    String serverSays() {
        return server;
    }

    private static Hello offering(Hello hello, List<Integer> versions, long features) {
        return new Hello(versions, features, hello.name(), hello.session(), hello.initialWindow(), hello.nonce());
    }

    private static Challenge chosen(Challenge asked, int version, long features, BindingWanted binding) {
        return new Challenge(version, features, asked.incarnation(), binding, asked.nonce());
    }

    private static Welcome welcome(Welcome told, SessionRef session, Limits limits) {
        return new Welcome(
                told.nodeId(),
                told.incarnation(),
                session,
                told.resumeSecret(),
                limits,
                told.initialWindow(),
                told.pingIntervalMillis(),
                told.members(),
                told.revision(),
                told.mac());
    }
}
