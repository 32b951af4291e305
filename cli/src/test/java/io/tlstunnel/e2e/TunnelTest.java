package io.tlstunnel.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tlstunnel.config.Engine.DataPath;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class TunnelTest {

    @ParameterizedTest
    @EnumSource(DataPath.class)
    void carriesBytesBothWaysAndHalfCloses(DataPath path, @TempDir Path folder) throws IOException {
        try (Services echo = Services.echo();
                Rig rig = new Rig(folder, path)) {
            rig.startServer("", "");
            int port = rig.publish(echo.port());
            try (Socket visitor = Rig.visit(port)) {
                visitor.getOutputStream().write("hello".getBytes(StandardCharsets.UTF_8));
                visitor.shutdownOutput();
                assertThat(visitor.getInputStream().readAllBytes()).asString().isEqualTo("hello");
            }
        }
    }
}
