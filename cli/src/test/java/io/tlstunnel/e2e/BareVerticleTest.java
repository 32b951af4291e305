package io.tlstunnel.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tlstunnel.client.ClientVerticle;
import io.tlstunnel.config.Engine.DataPath;
import io.tlstunnel.server.ServerVerticle;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code vertx run VERTICLE -conf FILE} for server and client, as docs/vertx-run.md shows it. */
@Timeout(120)
final class BareVerticleTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private Daemon run(String side, Class<?> verticle, Path file) {
        return Daemon.tlsTunnel(folder, side, List.of(), "vertx", "run", verticle.getName(), "-conf", file.toString());
    }

    @Test
    void carriesAndStopsBySigterm() throws IOException {
        try (Services echo = Services.echo();
                Rig files = new Rig(folder, DataPath.FAST);
                Daemon server = run("server", ServerVerticle.class, files.serverFile(0, "", ""))) {
            Path file = files.clientFile("client", server.tunnelPort(), "", Rig.proxy("echo", 0, echo.port()));
            try (Daemon client = run("client", ClientVerticle.class, file)) {
                try (Socket visitor = Rig.visit(client.published("echo"))) {
                    visitor.getOutputStream().write("there and back".getBytes(java.nio.charset.StandardCharsets.UTF_8));
                    visitor.shutdownOutput();
                    assertThat(visitor.getInputStream().readAllBytes())
                            .asString()
                            .isEqualTo("there and back");
                }
                assertThat(client.terminate()).isZero();
            }
            assertThat(server.terminate()).isZero();
        }
    }
}
