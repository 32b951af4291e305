package io.tlstunnel.e2e;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.tlstunnel.config.Engine.DataPath;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every misuse of the tunnel port, many at once: in the gate all kinds together, in full each kind by itself as well. */
@Tag("alone")
@Timeout(value = 15, unit = TimeUnit.MINUTES)
final class FloodTest {
    private static final int OF_ONE_KIND = 300;
    private static final int TOGETHER = 10;
    private static final long ALLOWED_KIB = 64 * 1024;

    @ParameterizedTest
    @EnumSource(DataPath.class)
    void costsLittleMemoryAndHarmsNobodyElse(DataPath path, @TempDir Path folder) throws IOException {
        try (BesiegedServer server = BesiegedServer.start(folder, path)) {
            visit(server.port());
            long idle = server.process().rssKib();
            server.pulse().worst();
            for (List<Attack> wave : waves()) {
                long peak = flood(server, wave);
                System.out.printf(
                        Locale.ROOT,
                        "figures: %s, %d x %s: server RSS %+.1f MiB over idle, slowest message of another stream %d ms%n",
                        path,
                        wave.size(),
                        wave.stream().distinct().map(Attack::name).collect(Collectors.joining(", ")),
                        (peak - idle) / 1024.0,
                        server.pulse().worst().toMillis());
                server.pulse().check();
                assertThat(peak - idle).as("KiB above %d KiB when idle", idle).isLessThanOrEqualTo(ALLOWED_KIB);
            }
            server.checkLog();
        }
    }

    /** As many ordinary visitors: what their first requests load and compile is not the attackers' cost. */
    private static void visit(int port) throws IOException {
        List<Socket> open = new ArrayList<>();
        try {
            for (int i = 0; i < OF_ONE_KIND; i++) {
                Socket visitor = WirePeer.tls(port);
                open.add(visitor);
                visitor.getOutputStream().write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(US_ASCII));
                assertThat(WirePeer.readHead(visitor.getInputStream())).startsWith("HTTP/1.1 404 ");
            }
        } finally {
            close(open);
        }
    }

    private static List<List<Attack>> waves() {
        List<Attack> kinds = List.of(Attack.values());
        List<List<Attack>> waves = new ArrayList<>();
        if (Scale.isFull()) {
            kinds.forEach(kind -> waves.add(Collections.nCopies(OF_ONE_KIND, kind)));
        }
        waves.add(Collections.nCopies(TOGETHER, kinds).stream()
                .flatMap(List::stream)
                .toList());
        return waves;
    }

    /** The server's memory at its highest. */
    private static long flood(BesiegedServer server, List<Attack> wave) throws IOException {
        List<Socket> open = new ArrayList<>();
        server.process().resetPeak();
        try {
            for (Attack attack : wave) {
                open.add(attack.launch(server.port()));
            }
            long end = System.nanoTime() + BesiegedServer.BOUND.toNanos();
            for (int i = 0; i < open.size(); i++) {
                long left =
                        Math.max(1, Duration.ofNanos(end - System.nanoTime()).toMillis());
                WirePeer.awaitEnd(wave.get(i).name(), open.get(i), Duration.ofMillis(left));
            }
            return server.process().peakRssKib();
        } finally {
            close(open);
        }
    }

    private static void close(List<Socket> sockets) throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
