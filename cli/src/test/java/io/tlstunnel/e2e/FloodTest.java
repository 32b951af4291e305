package io.tlstunnel.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tlstunnel.config.Engine.DataPath;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every misuse of the tunnel port, many at once. */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
final class FloodTest {
    private static final int CONNECTIONS = Scale.of(40, 300);
    private static final long ALLOWED_KIB = 64 * 1024;

    @ParameterizedTest
    @EnumSource(DataPath.class)
    void costsLittleMemoryAndHarmsNobodyElse(DataPath path, @TempDir Path folder) throws IOException {
        try (BesiegedServer server = BesiegedServer.start(folder, path)) {
            server.pulse().check();
            long idle = server.process().rssKib();
            server.pulse().worst();
            long most = 0;
            for (Attack attack : Attack.values()) {
                long peak = flood(server, attack);
                System.out.printf(
                        Locale.ROOT,
                        "figures: %s, %d x %s: server RSS %+.1f MiB, slowest message of another stream %d ms%n",
                        path,
                        CONNECTIONS,
                        attack,
                        (peak - idle) / 1024.0,
                        server.pulse().worst().toMillis());
                server.pulse().check();
                most = Math.max(most, peak);
            }
            assertThat(most - idle).as("KiB above %d KiB when idle", idle).isLessThanOrEqualTo(ALLOWED_KIB);
            server.checkLog();
        }
    }

    /** The server's memory at its highest, as far as looking twice finds it. */
    private static long flood(BesiegedServer server, Attack attack) throws IOException {
        List<Socket> open = new ArrayList<>();
        try {
            for (int i = 0; i < CONNECTIONS; i++) {
                open.add(attack.launch(server.port()));
            }
            long standing = server.process().rssKib();
            long end = System.nanoTime() + BesiegedServer.BOUND.toNanos();
            for (Socket socket : open) {
                long left =
                        Math.max(1, Duration.ofNanos(end - System.nanoTime()).toMillis());
                WirePeer.awaitEnd(socket, Duration.ofMillis(left));
            }
            return Math.max(standing, server.process().rssKib());
        } finally {
            for (Socket socket : open) {
                socket.close();
            }
        }
    }
}
