package io.tlstunnel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tlstunnel.config.ConfigFiles;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code vertx run VERTICLE -conf FILE}, as docs/vertx-run.md shows it. */
final class VertxRunTest {

    private static final String VERTICLE = ShowConfigVerticle.class.getName();

    private static final String CLIENT = """
            [client]
            server_addr = "127.0.0.1"
            server_port = 1
            auth_key = "0123456789abcdef"

            [[proxies]]
            name = "web"
            publish_port = 8080
            local_port = 80
            """;

    @TempDir
    private Path folder = Path.of("set by JUnit");

    @Test
    void aVerticleGetsWhatTheTomlSaysAndIsStoppedBySigterm() throws IOException {
        write("client.toml", CLIENT);
        try (Program program = run(VERTICLE, "-conf", "client.toml")) {
            program.await("config {").terminate();
            assertThat(program.exit()).isZero();
            final JsonObject config = new JsonObject(
                    program.out().lines().findFirst().orElseThrow().substring("config ".length()));
            assertThat(config.getJsonObject("client").getString("server_addr")).isEqualTo("127.0.0.1");
            assertThat(ConfigFiles.clientFrom(config, folder.resolve("client.toml"), Map.of())
                            .config()
                            .proxies())
                    .singleElement()
                    .returns(8080, proxy -> proxy.publishPort());
            assertThat(program.out()).endsWith("stopped" + System.lineSeparator());
        }
    }

    @Test
    void jsonGoesThroughAndAVerticleMayEndTheRun() {
        try (Program program = run(VERTICLE, "--conf", "{\"end\": true}")) {
            assertThat(program.exit()).isZero();
            assertThat(program.out()).startsWith("config {\"end\":true}");
        }
    }

    @Test
    void mistakesInTheTomlAreToldBeforeAnythingStarts() throws IOException {
        write("client.toml", CLIENT.replace("publish_port", "publish_prt"));
        try (Program program = run(VERTICLE, "-conf", "client.toml")) {
            assertThat(program.exit()).isEqualTo(2);
            assertThat(program.err()).contains("client.toml:8:1: ", "publish_port");
            assertThat(program.out()).isEmpty();
        }
    }

    @Test
    void anUnknownVerticleIsASentence() throws IOException {
        write("client.toml", CLIENT);
        try (Program program = run("io.tlstunnel.client.NoSuchVerticle", "-conf", "client.toml")) {
            assertThat(program.exit()).isEqualTo(1);
            assertThat(program.err()).contains("NoSuchVerticle").doesNotContain("\tat ");
        }
    }

    @Test
    void otherUsesAreExplained() {
        assertThat(Cli.run("vertx").exit()).isEqualTo(2);
        assertThat(Cli.run("vertx", "start", "x").err()).contains("run VERTICLE -conf FILE");
        assertThat(Cli.run("vertx", "run", "x", "-conf").err()).contains("which FILE");
    }

    private Program run(String... arguments) {
        final String[] all = new String[arguments.length + 2];
        all[0] = "vertx";
        all[1] = "run";
        System.arraycopy(arguments, 0, all, 2, arguments.length);
        return Program.start(folder, Map.of(), all);
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }
}
