package io.tlstunnel.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tlstunnel.client.TunnelClient;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Any node takes any client, and any node answers on any published port. */
@ExtendWith(LeakCheck.class)
final class ClusterTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    private Path folder = Path.of("set by JUnit");

    @Test
    void everyNodeAnswersOnAPortWhoseClientIsAtOneOfThem() throws IOException {
        try (Services echo = Services.echo();
                ClusterRig rig = ClusterRig.of(folder, 3)) {
            int port = Rig.freePort();
            TunnelClient client = rig.client("office", "", Rig.proxy("echo", "0.0.0.0", port, echo.port()), 1);
            Rig.await(client.ready());
            for (int node = 1; node <= 3; node++) {
                awaitAnswer(node, port);
                try (Socket visitor = ClusterRig.visit(node, port)) {
                    visitor.getOutputStream().write("hello".getBytes(StandardCharsets.UTF_8));
                    visitor.shutdownOutput();
                    assertThat(visitor.getInputStream().readAllBytes())
                            .asString()
                            .isEqualTo("hello");
                }
            }
        }
    }

    @Test
    void bytesOverTwoHopsAreEqual() throws Exception {
        try (Services echo = Services.echo();
                ClusterRig rig = ClusterRig.of(folder, 2)) {
            int port = Rig.freePort();
            TunnelClient client = rig.client("office", "", Rig.proxy("echo", "0.0.0.0", port, echo.port()), 1);
            Rig.await(client.ready());
            awaitAnswer(2, port);
            byte[] sent = new byte[8 << 20];
            new Random(1).nextBytes(sent);
            try (Socket visitor = ClusterRig.visit(2, port)) {
                Thread writer = new Thread(() -> {
                    try {
                        visitor.getOutputStream().write(sent);
                        visitor.shutdownOutput();
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                });
                writer.start();
                byte[] got = visitor.getInputStream().readAllBytes();
                writer.join();
                assertThat(Arrays.equals(got, sent)).isTrue();
            }
        }
    }

    @Test
    void aClientThatStartsAgainElsewhereHasItsPortAtOnce() throws IOException {
        try (Services echo = Services.echo();
                ClusterRig rig = ClusterRig.of(folder, 2)) {
            int port = Rig.freePort();
            String proxies = Rig.proxy("echo", "0.0.0.0", port, echo.port());
            Rig.await(rig.client("office", "", proxies, 1).ready());
            awaitAnswer(2, port);
            TunnelClient later = rig.client("office", "", proxies, 2);
            Rig.await(later.ready());
            awaitAnswer(1, port);
            awaitAnswer(2, port);
        }
    }

    private static void awaitAnswer(int node, int port) {
        Awaitility.await()
                .atMost(SOON)
                .pollInterval(Duration.ofMillis(20))
                .ignoreExceptionsInstanceOf(IOException.class)
                .untilAsserted(() -> {
                    try (Socket visitor = ClusterRig.visit(node, port)) {
                        visitor.getOutputStream().write('x');
                        assertThat(visitor.getInputStream().read()).isEqualTo('x');
                    }
                });
    }
}
