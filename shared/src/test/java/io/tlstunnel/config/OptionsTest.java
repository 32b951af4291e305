package io.tlstunnel.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code tls-tunnel tcp 22 --server host --publish 2222 --key-file k}. */
class OptionsTest {
    private static final Map<String, String> OPTIONS = Map.of(
            "client.server_addr", "--server",
            "client.auth_key", "--key-file",
            "client.auth_key_file", "--key-file",
            "proxies[0].publish_port", "--publish",
            "proxies[0].local_port", "PORT");

    private final Path folder;

    OptionsTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void makeAClient() throws IOException {
        Fixtures.rights(Files.writeString(folder.resolve("k"), "correct horse battery staple\n"), "rw-------");
        final JsonObject tree = tree("host:8443", "2222", "22");
        tree.getJsonObject("client").put("auth_key_file", "k");

        final Loaded<ClientConfig> loaded =
                ConfigFiles.clientFromOptions(tree, folder.resolve("tcp-22"), OPTIONS, Map.of());

        assertThat(loaded.warnings()).isEmpty();
        assertThat(loaded.config().servers()).containsExactly(new HostPort("host", 8443));
        assertThat(loaded.config().authKey()).isEqualTo(new Secret("correct horse battery staple"));
        assertThat(loaded.config().proxies())
                .containsExactly(new ProxyConfig("tcp-22", "tcp", "0.0.0.0", 2222, "127.0.0.1", 22));
    }

    @Test
    void mistakesNameTheOption() {
        final ConfigException mistakes = catchThrowableOfType(
                ConfigException.class,
                () -> ConfigFiles.clientFromOptions(
                        tree("wss://host", "99999", "ssh"), folder.resolve("tcp-22"), OPTIONS, Map.of()));

        assertThat(mistakes.problems())
                .extracting(Problem::toString)
                .containsExactly(
                        "--server expects a host name or IP address, with or without \":port\", found the text"
                                + " \"wss://host\"; scheme and path stand in transport and wss_path",
                        "--key-file is missing; it is the same as in the server",
                        "--publish expects an integer from 0 to 65535, found 99999",
                        "PORT expects an integer from 1 to 65535, found the text \"ssh\"");
    }

    private static JsonObject tree(String server, String publish, String local) {
        return new JsonObject()
                .put("client", new JsonObject().put("server_addr", server))
                .put(
                        "proxies",
                        new JsonArray()
                                .add(new JsonObject()
                                        .put("name", "tcp-22")
                                        .put("publish_port", publish)
                                        .put("local_port", local)));
    }
}
