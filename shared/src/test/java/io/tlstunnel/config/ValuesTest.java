package io.tlstunnel.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValuesTest {
    private static final Type<Duration> TIME = Schema.Both.CONNECT_TIMEOUT.type();
    private static final Type<Long> SIZE = Schema.Server.MEMORY_BUDGET.type();
    private static final Type<Long> BANDWIDTH = Schema.Server.VISITS.bandwidth().type();

    @ParameterizedTest
    @CsvSource({"500ms,500", "10s,10000", "1m30s,90000", "2h,7200000", "1d,86400000", "10 S,10000", "100ms,100"})
    void readsTimes(String text, long millis) throws BadValue {
        assertThat(TIME.read(text)).isEqualTo(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10", "s", "-5s", "99ms", "25h", "1.5s", "10 parsecs", "0s", "999999999999s"})
    void refusesOtherTimes(String text) {
        assertThatThrownBy(() -> TIME.read(text)).isInstanceOf(BadValue.class);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, 86_401, Long.MAX_VALUE, Long.MIN_VALUE})
    void refusesSecondsOutOfRange(long seconds) {
        assertThatThrownBy(() -> TIME.read(seconds)).isInstanceOf(BadValue.class);
    }

    @ParameterizedTest
    @CsvSource({
        "1048576,1048576",
        "1024KiB,1048576",
        "1MiB,1048576",
        "16 mib,16777216",
        "2MB,2000000",
        "1GiB,1073741824",
        "3000000B,3000000"
    })
    void readsSizes(String text, long bytes) throws BadValue {
        assertThat(SIZE.read(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "64K", "MiB", "-1MiB", "1023KiB", "2TiB", "999999999TiB", "1.5GiB", "0x10"})
    void refusesOtherSizes(String text) {
        assertThatThrownBy(() -> SIZE.read(text)).isInstanceOf(BadValue.class);
    }

    @ParameterizedTest
    @CsvSource({
        "10MB,10000000",
        "10 MB/s,10000000",
        "1MiB/s,1048576",
        "100Mbit,12500000",
        "100 mbit/s,12500000",
        "100Mbps,12500000",
        "8192bit,1024",
        "1Gbit,125000000",
        "2048,2048",
        "2048B,2048"
    })
    void readsBandwidths(String text, long bytes) throws BadValue {
        assertThat(BANDWIDTH.read(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10Mb", "10 kb", "1023", "10 parsecs", "-1MB", "1.5MB", "8191bit", "2TiB", "10MB/h"})
    void refusesOtherBandwidths(String text) {
        assertThatThrownBy(() -> BANDWIDTH.read(text)).isInstanceOf(BadValue.class);
    }

    @ParameterizedTest
    @CsvSource({
        "example.com,example.com,",
        "example.com:1,example.com,1",
        "[::1],::1,",
        "[::1]:65535,::1,65535",
        "::1,::1,",
        "10.0.0.1:80,10.0.0.1,80",
        "a_b.example,a_b.example,",
        "localhost.,localhost.,"
    })
    void readsHostsAndPorts(String text, String host, Integer port) {
        assertThat(Addresses.endpointOrNull(text)).isEqualTo(new Addresses.Endpoint(host, port));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":80",
                "a:",
                "a:0",
                "a:65536",
                "[::1",
                "::1]",
                "[a]:1",
                "[1.2.3.4]",
                "1.2.3",
                "a b",
                "a/b",
                "-a",
                "a..b",
                "u@h"
            })
    void refusesOtherHosts(String text) {
        assertThat(Addresses.endpointOrNull(text)).isNull();
    }

    @Test
    void wildcardsOverlapWithEverything() {
        assertThat(Addresses.overlap("0.0.0.0", "10.0.0.1")).isTrue();
        assertThat(Addresses.overlap("::", "10.0.0.1")).isTrue();
        assertThat(Addresses.overlap("::1", "0:0:0:0:0:0:0:1")).isTrue();
        assertThat(Addresses.overlap("127.0.0.1", "::1")).isFalse();
    }

    @Test
    void onlyThisMachineIsLoopback() {
        assertThat(List.of("localhost", "LOCALHOST", "a.localhost", "127.0.0.1", "127.9.9.9", "::1"))
                .allMatch(Addresses::isLoopback);
        assertThat(List.of("0.0.0.0", "::", "10.0.0.1", "localhost.example.com", "128.0.0.1"))
                .noneMatch(Addresses::isLoopback);
    }

    @Test
    void findsTheWordThatWasMeant() {
        final List<String> known = Schema.Client.SECTION.words();

        assertThat(Spelling.nearest("sever_port", known)).isEqualTo("server_port");
        assertThat(Spelling.nearest("serverPort", known)).isEqualTo("server_port");
        assertThat(Spelling.nearest("skip-verfiy", known)).isEqualTo("skip_verify");
        assertThat(Spelling.nearest("prxoy", known)).isEqualTo("proxy");
        assertThat(Spelling.nearest("zebra", known)).isNull();
        assertThat(Spelling.nearest("", known)).isNull();
    }

    @Test
    void neverShowsAPieceOfAKeyThatLacksItsQuotes() {
        final String text = "[client]\nauth_key = 12345678 secretsecret\nauth_keys = [hiddenhidden]\n";

        assertThatThrownBy(() -> new Document(
                                Path.of("c.toml"), TomlSource.parse("c.toml", text.getBytes(StandardCharsets.UTF_8)))
                        .throwIfSyntax())
                .isInstanceOf(ConfigException.class)
                .message()
                .contains("c.toml:2:21", "c.toml:3:14")
                .doesNotContain("secret", "hidden");
    }
}
