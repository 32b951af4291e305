package io.tlstunnel.wire;

import static io.tlstunnel.wire.WireFormat.BINDING_LENGTH;
import static io.tlstunnel.wire.WireFormat.MAC_LENGTH;
import static io.tlstunnel.wire.WireFormat.MAX_DATA;
import static io.tlstunnel.wire.WireFormat.MAX_VERSIONS;
import static io.tlstunnel.wire.WireFormat.NONCE_LENGTH;
import static io.tlstunnel.wire.WireFormat.RESUME_SECRET_LENGTH;

import io.tlstunnel.wire.Frame.Challenge;
import io.tlstunnel.wire.Frame.Hello;
import io.tlstunnel.wire.Frame.Proof;
import io.tlstunnel.wire.Frame.Welcome;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Layouts of HELLO, CHALLENGE, PROOF and WELCOME. MACs stand last, so that what they cover is a prefix. */
final class HandshakeCodec {
    private static final int MAX = Integer.MAX_VALUE;

    private HandshakeCodec() {}

    static Hello readHello(PayloadReader in) {
        int count = in.u8("number of versions", 1, MAX_VERSIONS);
        List<Integer> versions = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            versions.add(in.u8("version", 1, 0xFF));
        }
        return new Hello(
                List.copyOf(versions),
                in.bits64("features"),
                in.text8("name", 1, 0xFF),
                in.optionalSession(),
                in.u32("initial window", 0, MAX),
                in.bytes("nonce", NONCE_LENGTH));
    }

    static void write(Hello hello, PayloadWriter out) {
        out.u8("number of versions", hello.versions().size(), 1, MAX_VERSIONS);
        for (int version : hello.versions()) {
            out.u8("version", version, 1, 0xFF);
        }
        out.bits64(hello.features());
        out.text8("name", hello.name(), 1, 0xFF);
        out.optionalSession(hello.session());
        out.u32("initial window", hello.initialWindow(), 0, MAX);
        out.bytes("nonce", hello.nonce(), NONCE_LENGTH);
    }

    /** The rule across fields that {@code hello} breaks, or null. */
    static @Nullable String flaw(Hello hello) {
        for (int i = 1; i < hello.versions().size(); i++) {
            if (hello.versions().get(i - 1) <= hello.versions().get(i)) {
                return "lists its versions not from the highest down, each once";
            }
        }
        return null;
    }

    static Challenge readChallenge(PayloadReader in) {
        return new Challenge(
                in.u8("version", 1, 0xFF),
                in.bits64("features"),
                in.bits64("incarnation"),
                known(in, "binding wanted", BindingWanted.of(in.u8("binding wanted", 0, 0xFF))),
                in.bytes("nonce", NONCE_LENGTH));
    }

    static void write(Challenge challenge, PayloadWriter out) {
        out.u8("version", challenge.version(), 1, 0xFF);
        out.bits64(challenge.features());
        out.bits64(challenge.incarnation());
        out.u8("binding wanted", challenge.bindingWanted().code(), 0, 0xFF);
        out.bytes("nonce", challenge.nonce(), NONCE_LENGTH);
    }

    static Proof readProof(PayloadReader in) {
        return new Proof(
                known(in, "binding used", BindingUsed.of(in.u8("binding used", 0, 0xFF))),
                in.bytes("binding", BINDING_LENGTH),
                in.bytes("resume MAC", MAC_LENGTH),
                in.bytes("MAC", MAC_LENGTH));
    }

    static void write(Proof proof, PayloadWriter out) {
        out.u8("binding used", proof.used().code(), 0, 0xFF);
        out.bytes("binding", proof.binding(), BINDING_LENGTH);
        out.bytes("resume MAC", proof.resumeMac(), MAC_LENGTH);
        out.bytes("MAC", proof.mac(), MAC_LENGTH);
    }

    /** The rule across fields that {@code proof} breaks, or null. */
    static @Nullable String flaw(Proof proof) {
        if (proof.used() == BindingUsed.LEAF) {
            return null;
        }
        for (byte b : proof.binding()) {
            if (b != 0) {
                return "has a binding that is not zero, though none was used";
            }
        }
        return null;
    }

    static Welcome readWelcome(PayloadReader in) {
        return new Welcome(
                in.text8("node id", 1, 0xFF),
                in.bits64("incarnation"),
                in.session(),
                in.bytes("resume secret", RESUME_SECRET_LENGTH),
                new Limits(
                        in.u32("limit of streams", 1, MAX),
                        in.u16("limit of tunnels", 1, 0xFFFF),
                        in.u32("limit of DATA", 1, MAX_DATA)),
                in.u32("initial window", 0, MAX),
                in.u32("ping interval", 1, MAX),
                in.u32("number of members", 1, MAX),
                in.u63("revision", 0),
                in.bytes("MAC", MAC_LENGTH));
    }

    static void write(Welcome welcome, PayloadWriter out) {
        out.text8("node id", welcome.nodeId(), 1, 0xFF);
        out.bits64(welcome.incarnation());
        out.session(welcome.session());
        out.bytes("resume secret", welcome.resumeSecret(), RESUME_SECRET_LENGTH);
        out.u32("limit of streams", welcome.limits().maxStreams(), 1, MAX);
        out.u16("limit of tunnels", welcome.limits().maxTunnels(), 1, 0xFFFF);
        out.u32("limit of DATA", welcome.limits().maxFrame(), 1, MAX_DATA);
        out.u32("initial window", welcome.initialWindow(), 0, MAX);
        out.u32("ping interval", welcome.pingIntervalMillis(), 1, MAX);
        out.u32("number of members", welcome.members(), 1, MAX);
        out.u63("revision", welcome.revision(), 0);
        out.bytes("MAC", welcome.mac(), MAC_LENGTH);
    }

    private static <T> T known(PayloadReader in, String field, @Nullable T value) {
        if (value == null) {
            throw in.broken("has an unknown " + field);
        }
        return value;
    }
}
