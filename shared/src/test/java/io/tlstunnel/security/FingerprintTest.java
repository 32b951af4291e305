package io.tlstunnel.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FingerprintTest {
    private static final String HEX = "00ff102030405060708090a0b0c0d0e0f0112233445566778899aabbccddeeff";
    private static final String COLONS =
            "00:FF:10:20:30:40:50:60:70:80:90:A0:B0:C0:D0:E0:" + "F0:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF";

    @ParameterizedTest
    @ValueSource(
            strings = {
                HEX,
                "00FF102030405060708090A0B0C0D0E0F0112233445566778899AABBCCDDEEFF",
                COLONS,
                " SHA256:" + HEX + " ",
                "sha256:" + COLONS
            })
    void readsWhatToolsPrint(String text) {
        assertThat(Fingerprint.parse(text)).isEqualTo(Fingerprint.parse(HEX)).hasToString(HEX);
    }

    @Test
    void printsColonsAsOpensslDoes() {
        assertThat(Fingerprint.parse(HEX).withColons()).isEqualTo(COLONS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "00ff", HEX + "00", "zz" + "00", "00:ff", ":", HEX + ":"})
    void refusesAnythingElse(String text) {
        assertThatThrownBy(() -> Fingerprint.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("64 hex digits");
    }
}
