package io.tlstunnel.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tlstunnel.config.Engine.DataPath;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Neither key, token nor payload is logged, not even where everything is. */
@Timeout(120)
final class SecretsInLogsTest {
    private static final String TOKEN = "neither-is-this-to-be-read-by-anybody";
    private static final String GROUP_KEY = "what-the-members-of-a-group-share";
    private static final String PAYLOAD = "nobody-else-is-to-read-this";

    @ParameterizedTest
    @EnumSource
    void aTraceHasNoSecret(DataPath path, @TempDir Path folder) throws IOException {
        try (Services echo = Services.echo();
                Rig files = new Rig(folder, path);
                Daemon server = run(folder, "server", files.serverFile(0, "", "token = \"" + TOKEN + "\""))) {
            String proxy = Rig.proxy("echo", Rig.freePort(), echo.port());
            String group = "group = \"echoes\"\ngroup_key = \"" + GROUP_KEY + "\"\n";
            Path file = files.clientFile("client", server.tunnelPort(), "", proxy + group);
            try (Daemon client = run(folder, "client", file)) {
                try (Socket visitor = Rig.visit(client.published("echo"))) {
                    visitor.getOutputStream().write(PAYLOAD.getBytes(UTF_8));
                    visitor.shutdownOutput();
                    assertThat(visitor.getInputStream().readAllBytes())
                            .asString()
                            .isEqualTo(PAYLOAD);
                }
                server.await("reason=clean");
                assertThat(new Api(server.adminPort(), TOKEN).get("clients").encode())
                        .contains("client")
                        .doesNotContain(Rig.KEY, TOKEN);
                assertThat(client.terminate()).isZero();
                assertSilent(client.log());
            }
            assertThat(server.terminate()).isZero();
            assertSilent(server.log());
        }
    }

    private static Daemon run(Path folder, String side, Path file) {
        return Daemon.tlsTunnel(folder, side, List.of(), side, "-vv", file.toString());
    }

    private static void assertSilent(String log) {
        assertThat(log).as("everything is logged").containsPattern(" (TRACE|DEBUG) ");
        for (String secret : List.of(Rig.KEY, GROUP_KEY, PAYLOAD, TOKEN)) {
            byte[] bytes = secret.getBytes(UTF_8);
            Stream.of(
                            secret,
                            HexFormat.of().formatHex(bytes),
                            HexFormat.ofDelimiter(" ").formatHex(bytes),
                            Base64.getEncoder().withoutPadding().encodeToString(bytes))
                    .forEach(form -> assertThat(log).doesNotContain(form));
        }
    }
}
