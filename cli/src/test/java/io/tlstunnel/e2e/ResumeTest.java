package io.tlstunnel.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tlstunnel.config.Engine.DataPath;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Streams that live on while the WebSocket under them is broken, again and again. */
@ParameterizedClass
@EnumSource(DataPath.class)
@ExtendWith(LeakCheck.class)
@Timeout(value = 10, unit = TimeUnit.MINUTES)
final class ResumeTest {
    private static final int CUTS = Scale.of(4, 15);

    private static final Duration TUNNEL_LIFE = Duration.ofMillis(1_100);

    @Parameter
    private DataPath path = DataPath.FAST;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @SuppressWarnings("NullAway.Init")
    private Rig rig;

    @SuppressWarnings("NullAway.Init")
    private Cable cable;

    @BeforeEach
    void start() throws IOException {
        rig = new Rig(folder, path);
        rig.startServer("", "");
        cable = new Cable(rig.server().port());
    }

    @AfterEach
    void stop() throws IOException {
        rig.close();
        cable.close();
    }

    private int publish(String name, int connections, int localPort) throws IOException {
        return Rig.ports(rig.startClient(rig.clientConfig(
                        name, cable.port(), "connections = " + connections, Rig.proxy(name, 0, localPort))))
                .get(0)
                .port();
    }

    /**
     * One cut after the other, as long as {@code work} goes on: each once its streams have moved on since the last one, and
     * all tunnels have been up for as long as makes the client dial again at once.
     */
    private void cut(int connections, CompletableFuture<?> work, LongSupplier moved) {
        for (int cut = 1; cut <= CUTS; cut++) {
            awaitTunnels(connections);
            long up = System.nanoTime();
            long before = moved.getAsLong();
            Awaitility.await("cut " + cut + " of " + CUTS)
                    .atMost(60, TimeUnit.SECONDS)
                    .pollInterval(2, TimeUnit.MILLISECONDS)
                    .until(() -> work.isDone()
                            || (moved.getAsLong() > before && System.nanoTime() - up > TUNNEL_LIFE.toNanos()));
            assertThat(work)
                    .as("the work is over before cut " + cut + " of " + CUTS)
                    .isNotDone();
            if (cut % 2 == 0 || connections == 1) {
                cable.cut();
            } else {
                cable.cutOne();
            }
        }
    }

    private void awaitTunnels(int count) {
        Awaitility.await(count + " tunnels")
                .atMost(30, TimeUnit.SECONDS)
                .pollInterval(2, TimeUnit.MILLISECONDS)
                .until(() -> cable.strands() == count
                        && rig.server().metrics().tunnels().open() == count);
    }

    @Test
    void noStreamOfManyNoticesThatItsTunnelsAreCut() throws Exception {
        noStreamNotices(1);
    }

    @Test
    void noStreamOfManyNoticesThatOneOfItsTunnelsIsCut() throws Exception {
        noStreamNotices(2);
    }

    private void noStreamNotices(int connections) throws Exception {
        AtomicBoolean more = new AtomicBoolean(true);
        try (Swarm swarm = new Swarm(7 + connections)) {
            int port = publish("swarm", connections, swarm.port());
            CompletableFuture<List<String>> faults = CompletableFuture.supplyAsync(() -> {
                try {
                    return swarm.run(port, more::get, 100);
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            cut(connections, faults, swarm::served);
            more.set(false);
            assertThat(faults.get(2, TimeUnit.MINUTES)).isEmpty();
        }
    }

    @Test
    void aTransferGoesOnFromTheExactByte() throws Exception {
        AtomicBoolean more = new AtomicBoolean(true);
        try (Services echo = Services.echo()) {
            int port = publish("echo", 2, echo.port());
            try (Pulse pulse = Pulse.on(port);
                    Socket visitor = Rig.visit(port)) {
                Bytes bytes = new Bytes(11);
                CompletableFuture<String> sent = bytes.sendTo(visitor, more::get);
                CompletableFuture<String> received = bytes.receiveFrom(visitor);
                cut(2, received, bytes::received);
                more.set(false);
                assertThat(received.get(2, TimeUnit.MINUTES)).isEqualTo(sent.get(2, TimeUnit.MINUTES));
                assertThat(bytes.received()).isGreaterThan(CUTS);
                pulse.check();
            }
        }
    }
}
