package io.tlstunnel.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/**
 * The worked example of docs/protocol.md, computed with the JDK alone and written from the page's formulas: a second
 * opinion on the key derivation that the program uses.
 */
class HandshakeExampleTest {
    private static final String AUTH_KEY = "example key, never use it";
    private static final byte[] RESUME_SECRET = Golden.fill(0x00, 16);
    private static final SessionRef SESSION = new SessionRef(0x0123456789abcdefL, 0xfedcba9876543210L, 7);

    private final Map<String, String> example = new LinkedHashMap<>();

    @Test
    void isTheOneOnThePage() throws GeneralSecurityException {
        compute();
        String computed = example.entrySet().stream()
                .map(line -> "%-24s = %s".formatted(line.getKey(), line.getValue()))
                .collect(Collectors.joining("\n"));
        assertThat(ProtocolPage.block("example")).isEqualTo(computed);
    }

    private void compute() throws GeneralSecurityException {
        byte[] p = pbkdf2();
        byte[] k = hkdf(p, "tls-tunnel 1 tunnel");
        example.put("auth_key", AUTH_KEY);
        show("P", p);
        show("K", k);
        show("K on links", hkdf(p, "tls-tunnel 1 link"));
        show("resume secret", RESUME_SECRET);
        byte[] binding = sha256("example leaf".getBytes(StandardCharsets.UTF_8));
        show("SHA-256 of the leaf", binding);

        byte[] hello = FrameEncoder.toArray(
                new Frame.Hello(List.of(1), 0, "laptop-1a2b3c4d", SESSION, 32_768, Golden.fill(0x20, 32)));
        byte[] challenge = FrameEncoder.toArray(
                new Frame.Challenge(1, 0, 0x1122334455667788L, BindingWanted.LEAF, Golden.fill(0x40, 32)));
        show("HELLO", hello);
        show("CHALLENGE", challenge);

        byte[] begun = Feed.join(List.of(hello, challenge));
        byte[] proof = FrameEncoder.toArray(new Frame.Proof(BindingUsed.LEAF, binding, new byte[32], new byte[32]));
        byte[] t = sha256(Feed.join(List.of(begun, upTo(proof, 64))));
        byte[] resumeMac = hmac(RESUME_SECRET, t);
        show("T(PROOF.resume MAC)", t);
        show("PROOF.resume MAC", resumeMac);

        proof = FrameEncoder.toArray(new Frame.Proof(BindingUsed.LEAF, binding, resumeMac, new byte[32]));
        t = sha256(Feed.join(List.of(begun, upTo(proof, 32))));
        byte[] proofMac = hmac(k, Feed.join(List.of(new byte[] {'D'}, t)));
        proof = FrameEncoder.toArray(new Frame.Proof(BindingUsed.LEAF, binding, resumeMac, proofMac));
        show("T(PROOF.MAC)", t);
        show("PROOF.MAC", proofMac);
        show("PROOF", proof);

        byte[] welcome = FrameEncoder.toArray(welcome(new byte[32]));
        t = sha256(Feed.join(List.of(begun, proof, upTo(welcome, 32))));
        byte[] welcomeMac = hmac(k, Feed.join(List.of(new byte[] {'A'}, t)));
        show("T(WELCOME.MAC)", t);
        show("WELCOME.MAC", welcomeMac);
        show("WELCOME", FrameEncoder.toArray(welcome(welcomeMac)));
    }

    private void show(String name, byte[] value) {
        example.put(name, ByteBufUtil.hexDump(value));
    }

    private static Frame.Welcome welcome(byte[] mac) {
        return new Frame.Welcome(
                "node-1",
                0x1122334455667788L,
                SESSION,
                RESUME_SECRET,
                new Limits(10_000, 2, 65_536),
                32_768,
                5_000,
                1,
                3,
                mac);
    }

    private static byte[] upTo(byte[] frame, int fromEnd) {
        return Arrays.copyOf(frame, frame.length - fromEnd);
    }

    private static byte[] pbkdf2() throws GeneralSecurityException {
        byte[] salt = "tls-tunnel 1".getBytes(StandardCharsets.UTF_8);
        return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                .generateSecret(new PBEKeySpec(AUTH_KEY.toCharArray(), salt, 100_000, 256))
                .getEncoded();
    }

    /** RFC 5869: an empty salt is a key of 32 zeros, and 32 bytes are one block. */
    private static byte[] hkdf(byte[] input, String info) throws GeneralSecurityException {
        byte[] pseudoRandomKey = hmac(new byte[32], input);
        return hmac(pseudoRandomKey, Feed.join(List.of(info.getBytes(StandardCharsets.UTF_8), new byte[] {1})));
    }

    private static byte[] hmac(byte[] key, byte[] message) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(message);
    }

    private static byte[] sha256(byte[] message) throws GeneralSecurityException {
        return MessageDigest.getInstance("SHA-256").digest(message);
    }
}
