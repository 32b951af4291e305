package io.tlstunnel.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.tlstunnel.config.Secret;
import io.tlstunnel.security.TunnelKey.Purpose;
import io.tlstunnel.wire.SessionRef;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The expected values were computed with Python's hashlib and hmac from the text of the design. */
class KeysTest {
    private static final byte[] TRANSCRIPT =
            Transcript.sha256().digest("transcript".getBytes(StandardCharsets.US_ASCII));
    private static final SessionRef SESSION = new SessionRef(1, 2, 3);

    @ParameterizedTest
    @CsvSource({
        "correct horse battery staple, TUNNEL, DIALLED, b0de3fbbb3daae14f0f8326eef6e80258f1884427d81b3f3c3279413b14d7733",
        "correct horse battery staple, TUNNEL, ANSWERED, 443aae16dd13a13d13cd4c43a2deb9e74d3c9a798396926e471f3bc0dad9ead3",
        "correct horse battery staple, LINK, DIALLED, 04bed9ab24083a52668965bf1787a71e2a9fb34f29992e9e624abf436c724459",
        "correct horse battery staple, LINK, ANSWERED, 57240c363caa36bba1b0d8de689b2a838fc6321971915167a6a4ba47e5bbe042",
        "schlüssel-钥匙-🔑-0123456789, TUNNEL, DIALLED, 15c4af0e8e1cbe58e2cb13474ac0cd9ab09ee962ef2820753acc0cd563bf4287",
        "schlüssel-钥匙-🔑-0123456789, LINK, ANSWERED, e0c0d79b50413dca84aba3c2c5b8fcb6dceb099c92dc3542ecfc36dcb7605936"
    })
    void makesTheMacOfTheDesign(String secret, Purpose purpose, Role role, String mac) {
        TunnelKey key = TunnelKey.derive(new Secret(secret), purpose);

        assertThat(hex(key.mac(role, TRANSCRIPT))).isEqualTo(mac);
        assertThat(key.verifies(role, TRANSCRIPT, HexFormat.of().parseHex(mac))).isTrue();
    }

    @Test
    void makesTheResumeSecretAndMacOfTheDesign() {
        ResumeSecret secret =
                NodeKey.derive(new Secret("correct horse battery staple")).resumeSecret("laptop", SESSION);

        assertThat(hex(secret.bytes())).isEqualTo("941a5f6cf03a343efe48ffc12d9d9a7e");
        assertThat(hex(secret.mac(TRANSCRIPT)))
                .isEqualTo("716484196d63d693899038b17d0224acfe8a622f23940ab453b9f6e39e38db03");
    }

    @Test
    void verifiesNeitherTheOtherRoleNorAnotherKeyNorAShortMac() {
        TunnelKey key = TunnelKey.random(new SecureRandom());
        byte[] mac = key.mac(Role.DIALLED, TRANSCRIPT);

        assertThat(key.verifies(Role.DIALLED, TRANSCRIPT, mac)).isTrue();
        assertThat(key.verifies(Role.ANSWERED, TRANSCRIPT, mac)).isFalse();
        assertThat(key.verifies(Role.DIALLED, TRANSCRIPT, new byte[0])).isFalse();
        assertThat(TunnelKey.random(new SecureRandom()).verifies(Role.DIALLED, TRANSCRIPT, mac))
                .isFalse();
    }

    @Test
    void givesEverySessionAndNameAndNodeAnotherResumeSecret() {
        NodeKey node = NodeKey.random(new SecureRandom());
        byte[] mac = node.resumeSecret("laptop", SESSION).mac(TRANSCRIPT);

        assertThat(node.resumeSecret("laptop", SESSION).verifies(TRANSCRIPT, mac))
                .isTrue();
        assertThat(node.resumeSecret("laptop", new SessionRef(1, 2, 4)).verifies(TRANSCRIPT, mac))
                .isFalse();
        assertThat(node.resumeSecret("laptop", new SessionRef(1, 3, 3)).verifies(TRANSCRIPT, mac))
                .isFalse();
        assertThat(node.resumeSecret("laptops", SESSION).verifies(TRANSCRIPT, mac))
                .isFalse();
        assertThat(NodeKey.random(new SecureRandom())
                        .resumeSecret("laptop", SESSION)
                        .verifies(TRANSCRIPT, mac))
                .isFalse();
    }

    @Test
    void showsNoSecretAsText() {
        TunnelKey key = TunnelKey.random(new SecureRandom());
        NodeKey node = NodeKey.random(new SecureRandom());

        assertThat(key).hasToString("TunnelKey[***]");
        assertThat(node).hasToString("NodeKey[***]");
        assertThat(node.resumeSecret("x", SESSION)).hasToString("ResumeSecret[***]");
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
