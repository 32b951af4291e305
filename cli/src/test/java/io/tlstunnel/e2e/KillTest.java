package io.tlstunnel.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tlstunnel.config.Engine.DataPath;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** SIGKILL at random points of handshake and transfer; what the other end holds is read from /proc. */
@Tag("alone")
@EnabledOnOs(OS.LINUX)
final class KillTest {
    private static final int KILLS = Boolean.getBoolean("tlstunnel.full") ? 25 : 2;
    private static final long SEED = Long.getLong("tlstunnel.seed", 20_261_123);

    private static final long LONGEST_LIFE_NANOS = TimeUnit.MILLISECONDS.toNanos(800);

    private static final String TIMES = """
            ping_interval = "200ms"
            dead_after = "500ms"
            hold_timeout = "500ms"
            resume_timeout = "1500ms"
            """;
    private static final Duration TIME_LINE_AND_TWO_SECONDS = Duration.ofMillis(1_500 + 2_000);
    private static final int VISITORS = 4;
    private static final int FIRST_LIFE_ROUNDS = 200;

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(DataPath.class)
    void aServerKeepsNothingOfAKilledClient(DataPath path) throws IOException {
        SplittableRandom random = new SplittableRandom(SEED);
        int port = Rig.freePort();
        try (Services echo = Services.echo();
                Visitors visitors = new Visitors(port);
                Rig files = new Rig(folder, path);
                EndProcess server = EndProcess.start("server", files.serverFile(0, TIMES, ""))) {
            int tunnelPort = Integer.parseInt(server.await(EndProgram.READY));
            Path client = files.clientFile("client", tunnelPort, TIMES, Rig.proxy("echo", port, echo.port()));
            List<String> idle = idleAfterOneLife(server, client, visitors);
            for (int kill = 0; kill < KILLS; kill++) {
                String point = pointOfKill(kill);
                long life = random.nextLong(LONGEST_LIFE_NANOS);
                try (EndProcess victim = EndProcess.start("client", client)) {
                    reach(point, victim, visitors);
                    LockSupport.parkNanos(life);
                }
                assertIdleAgain(server, idle, kill + ". client, " + life / 1_000_000 + " ms after " + point);
            }
        }
    }

    /** In turn amid the handshake and amid the transfer. */
    private static String pointOfKill(int kill) {
        return kill % 2 == 0 ? EndProgram.STARTING : EndProgram.READY;
    }

    private static void reach(String point, EndProcess client, Visitors visitors) {
        client.await(point);
        if (point.equals(EndProgram.READY)) {
            visitors.awaitRounds(visitors.rounds() + 1);
        }
    }

    /** The first life opens what is opened once: loops, lazily loaded files. */
    private static List<String> idleAfterOneLife(EndProcess server, Path client, Visitors visitors) throws IOException {
        Set<Integer> own = server.listening();
        try (EndProcess first = EndProcess.start("client", client)) {
            first.await(EndProgram.READY);
            assertThat(server.listening()).hasSize(own.size() + 1);
            visitors.awaitRounds(FIRST_LIFE_ROUNDS);
        }
        Awaitility.await().atMost(TIME_LINE_AND_TWO_SECONDS).untilAsserted(() -> {
            assertThat(server.listening()).isEqualTo(own);
            assertThat(server.descriptors()).doesNotContain("connection", "dead");
        });
        return server.descriptors();
    }

    @ParameterizedTest
    @EnumSource(DataPath.class)
    void aClientKeepsNothingOfAKilledServer(DataPath path) throws IOException {
        SplittableRandom random = new SplittableRandom(SEED);
        int port = Rig.freePort();
        int tunnelPort = Rig.freePort();
        try (Services echo = Services.echo();
                Visitors visitors = new Visitors(port);
                Rig files = new Rig(folder, path)) {
            Path server = files.serverFile(tunnelPort, TIMES, "");
            try (EndProcess first = EndProcess.start("server", server)) {
                // Makes the certificate that the client trusts.
                first.await(EndProgram.READY);
            }
            Path file = files.clientFile("client", tunnelPort, TIMES, Rig.proxy("echo", port, echo.port()));
            for (int kill = 0; kill < KILLS; kill++) {
                String point = pointOfKill(kill);
                long life = random.nextLong(LONGEST_LIFE_NANOS);
                EndProcess victim = EndProcess.start("server", server);
                try (victim;
                        EndProcess client = EndProcess.start("client", file)) {
                    victim.await(EndProgram.READY);
                    reach(point, client, visitors);
                    LockSupport.parkNanos(life);
                    victim.kill();
                    assertNoSockets(client, kill + ". server, " + life / 1_000_000 + " ms after " + point);
                }
            }
            assertThat(visitors.rounds())
                    .as("bytes were on their way when servers died")
                    .isPositive();
        }
    }

    private static void assertNoSockets(EndProcess survivor, String what) {
        Awaitility.await()
                .alias(what + "; -Dtlstunnel.seed=" + SEED)
                .atMost(TIME_LINE_AND_TWO_SECONDS)
                .pollInterval(Duration.ofMillis(20))
                .untilAsserted(() -> {
                    assertThat(survivor.isAlive()).isTrue();
                    assertThat(survivor.descriptors())
                            .noneMatch(held ->
                                    held.equals("connection") || held.equals("dead") || held.startsWith("listen"));
                });
    }

    private static void assertIdleAgain(EndProcess survivor, List<String> idle, String what) {
        Awaitility.await()
                .alias(what + "; -Dtlstunnel.seed=" + SEED)
                .atMost(TIME_LINE_AND_TWO_SECONDS)
                .pollInterval(Duration.ofMillis(50))
                .untilAsserted(() -> {
                    assertThat(survivor.isAlive()).isTrue();
                    List<String> more = new ArrayList<>(survivor.descriptors());
                    idle.forEach(more::remove);
                    assertThat(more).isEmpty();
                });
    }

    /** Visitors who come again and again, and send and hear some bytes while the port is open. */
    private static final class Visitors implements AutoCloseable {
        private static final int BYTES = 8 * 1024;
        private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

        private final AtomicLong rounds = new AtomicLong();
        private volatile boolean stopped;

        Visitors(int port) {
            for (int i = 0; i < VISITORS; i++) {
                Thread visitor = new Thread(() -> comeAgain(port), "visitor");
                visitor.setDaemon(true);
                visitor.start();
            }
        }

        private void comeAgain(int port) {
            byte[] bytes = new byte[BYTES];
            while (!stopped) {
                try (Socket socket = Rig.visit(port)) {
                    for (int i = 0; i < 20 && !stopped; i++) {
                        socket.getOutputStream().write(bytes);
                        if (socket.getInputStream().readNBytes(BYTES).length < BYTES) {
                            break;
                        }
                        rounds.incrementAndGet();
                    }
                } catch (IOException e) {
                    // Closed or reset: that is what happens while the other side is killed.
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
            }
        }

        long rounds() {
            return rounds.get();
        }

        void awaitRounds(long count) {
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> rounds.get() >= count);
        }

        @Override
        public void close() {
            stopped = true;
        }
    }
}
