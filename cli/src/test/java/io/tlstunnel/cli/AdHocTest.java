package io.tlstunnel.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tlstunnel.config.ClientConfig;
import io.tlstunnel.config.ConfigException;
import io.tlstunnel.config.ProxyConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;

/** What the options of {@code tcp} and {@code http} mean. */
final class AdHocTest {

    @TempDir
    private Path folder = Path.of("set by JUnit");

    private String key = "";

    @BeforeEach
    void makeAKey() throws IOException {
        key = Files.writeString(folder.resolve("key"), "0123456789abcdef\n").toString();
    }

    @Test
    void aPortIsOneOfThisMachine() {
        final ClientConfig config = parse("tcp", "22", "--server", "example.com", "--publish", "2222", "-k", key);
        assertThat(config.servers()).singleElement().hasToString("example.com:443");
        assertThat(config.proxies())
                .singleElement()
                .isEqualTo(new ProxyConfig("tcp-22", "tcp", "0.0.0.0", 2222, "127.0.0.1", 22));
        assertThat(config.skipVerify()).isFalse();
    }

    @Test
    void everythingCanBeNamed() {
        final ClientConfig config = parse(
                "http/1.1",
                "[::1]:8080",
                "-s",
                "[2001:db8::1]:8443",
                "-p",
                "127.0.0.1:8000",
                "-k",
                key,
                "--name",
                "me",
                "--fingerprint",
                "AB".repeat(32),
                "--proxy",
                "http://user:secret@proxy:3128",
                "--path",
                "/t");
        assertThat(config.servers()).singleElement().hasToString("[2001:db8::1]:8443");
        assertThat(config.proxies())
                .singleElement()
                .isEqualTo(new ProxyConfig("http-8080", "http/1.1", "127.0.0.1", 8000, "::1", 8080));
        assertThat(config.name()).isEqualTo("me");
        assertThat(config.serverFingerprint()).isEqualTo("ab".repeat(32));
        assertThat(config.httpProxy()).isNotNull();
        assertThat(config.wssPath()).isEqualTo("/t");
    }

    @Test
    void theServerPicksAPortWhereNoneIsGiven() {
        assertThat(parse("tcp", "10.0.0.5:5432", "-s", "x", "-k", key)
                        .proxies()
                        .get(0)
                        .publishPort())
                .isZero();
    }

    @Test
    void mistakesAreToldInTheWordsOfTheCommandLine() {
        assertThatThrownBy(() -> parse("tcp", "99999", "-s", "x", "-k", key))
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining("LOCAL is \"99999\"");
        assertThatThrownBy(() -> parse("tcp", "0", "-s", "x", "-k", key)).hasMessageContaining("1-65535");
        assertThatThrownBy(() -> parse("tcp", "22", "-s", "x", "-k", key, "-p", "x:y"))
                .hasMessageContaining("--publish");
        assertThatThrownBy(() -> parse("tcp", "22", "-k", key)).hasMessageContaining("--server");
        assertThatThrownBy(() -> parse("tcp", "22", "-s", "x")).hasMessageContaining("--key-file FILE");
        assertThatThrownBy(() -> parse("tcp", "22", "-s", "x", "-k", key, "--fingerprint", "zz"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("--fingerprint");
        assertThatThrownBy(() -> parse(
                        "tcp", "22", "-s", "x", "-k", folder.resolve("none").toString()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("--key-file");
    }

    private static ClientConfig parse(String type, String... arguments) {
        final Holder holder = new Holder();
        new CommandLine(holder).parseArgs(arguments);
        return holder.service.config(type).config();
    }

    @Command(name = "holder")
    private static final class Holder {
        @Mixin
        private AdHoc service = new AdHoc();
    }
}
