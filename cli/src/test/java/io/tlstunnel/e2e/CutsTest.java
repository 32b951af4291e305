package io.tlstunnel.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tlstunnel.config.Engine.DataPath;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Server and client as two processes with one tunnel, which is cut in every way that a network knows, one after the other;
 * through it an OpenSSH session and a bulk transfer.
 */
@Tag("alone")
@EnabledOnOs(OS.LINUX)
@Timeout(value = 20, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class CutsTest {
    private static final long MIB = 1024 * 1024;

    /** At full length with the times that people have. */
    private static final String TIMES = Scale.isFull() ? "" : """
            ping_interval = "1s"
            dead_after = "3s"
            """;

    /** Longer than {@code dead_after}. */
    private static final Duration SILENCE = Scale.of(Duration.ofSeconds(4), Duration.ofSeconds(15));

    /** Of the transfer: at every cut bytes are on their way, and nobody waits for the processor. */
    private static final String BANDWIDTH = "bandwidth_limit = \"20MiB\"\n";

    private static final int STREAMS = 2;
    private static final int STATUS = 7;
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Duration LONG = Duration.ofMinutes(5);

    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @SuppressWarnings("NullAway.Init")
    private OpenSsh ssh;

    @SuppressWarnings("NullAway.Init")
    private Daemon server;

    @SuppressWarnings("NullAway.Init")
    private Network network;

    @SuppressWarnings("NullAway.Init")
    private Daemon client;

    private Set<Integer> ownPorts = Set.of();

    @BeforeEach
    void openFolder(@TempDir Path fresh) throws IOException {
        folder = fresh;
        // sshd and nginx's workers must be able to walk through it.
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @AfterEach
    void closeAll() throws Exception {
        while (!open.isEmpty()) {
            open.pop().close();
        }
    }

    private <T extends AutoCloseable> T open(T part) {
        open.push(part);
        return part;
    }

    @Test
    void sshAndATransferLiveThroughEveryCut() throws Exception {
        liveThrough(Scale.of(Cut.ROUND.size(), 60), Scale.of(64, 2_048) * MIB, DataPath.FAST);
    }

    @Test
    @EnabledIfSystemProperty(named = "tlstunnel.full", matches = "true", disabledReason = "the gate has no time for it")
    void sshAndATransferLiveThroughEveryCutOnThePlainPath() throws Exception {
        liveThrough(2 * Cut.ROUND.size(), 256 * MIB, DataPath.PLAIN);
    }

    private void liveThrough(int cuts, long bytes, DataPath path) throws Exception {
        int echoPort = start(path);
        AtomicBoolean cutting = new AtomicBoolean(true);
        Bytes transfer = new Bytes(cuts);
        try (Shell shell = new Shell(ssh.session());
                Typist typist = Typist.at(shell);
                Socket visitor = Rig.visit(echoPort)) {
            visitor.setSoTimeout(0); // the series knows how long nothing may come
            CompletableFuture<String> sent =
                    transfer.sendTo(visitor, () -> cutting.get() || transfer.received() < bytes);
            CompletableFuture<String> received = transfer.receiveFrom(visitor);
            Pauses pauses = new CutSeries(network, client, typist, transfer, received).make(cuts, SILENCE);
            cutting.set(false);
            assertThat(received.get(LONG.toSeconds(), TimeUnit.SECONDS)).isEqualTo(sent.join());
            int lines = typist.stop();
            assertThat(shell.exit(STATUS)).isEqualTo(STATUS);
            System.out.printf(
                    Locale.ROOT,
                    "figures: %s, %d cuts: %d lines of ssh, all answered in order; %d MiB there and back, SHA-256 equal%n%s",
                    path,
                    cuts,
                    lines,
                    transfer.received() / MIB,
                    pauses.figures());
        }
        assertThat(transfer.received()).isGreaterThanOrEqualTo(bytes);
        checkThatAllWereCut(cuts);
        checkThatNothingIsLeft(cuts);
    }

    /** Starts everything; returns where the public finds an echo. */
    private int start(DataPath path) throws IOException {
        int sshPort = Rig.freePort();
        int echoPort = Rig.freePort();
        ssh = open(OpenSsh.start(folder));
        ssh.through(sshPort);
        Services echo = open(Services.echo());
        Rig files = open(new Rig(folder, path));
        server = program("server", path, files.serverFile(0, TIMES, ""));
        network = open(new Network(folder, server.tunnelPort()));
        ownPorts = server.listening();
        String proxies = Rig.proxy("ssh", sshPort, ssh.port()) + Rig.proxy("echo", echoPort, echo.port()) + BANDWIDTH;
        client = program("client", path, files.clientFile("client", network.port(), TIMES, proxies));
        client.await("proxy=ssh").await("proxy=echo");
        return echoPort;
    }

    /** Paranoid detection notes each access to a buffer, and Vert.x masks four bytes at a time. */
    private Daemon program(String side, DataPath path, Path file) {
        String level = path == DataPath.FAST ? "paranoid" : "simple";
        return open(Daemon.tlsTunnel(
                folder, side, List.of("-Dio.netty.leakDetection.level=" + level), side, file.toString()));
    }

    private void checkThatAllWereCut(int cuts) {
        assertThat(client.count(" tunnel lost ")).isEqualTo(cuts);
        assertThat(server.count(" tunnel up ")).isEqualTo(cuts + 1);
        // It hears of some after dead_after only.
        Awaitility.await("the server has lost " + cuts + " tunnels")
                .atMost(SOON)
                .until(() -> server.count(" tunnel closed ") == cuts);
        for (InetAddress address : network.addresses()) {
            assertThat(server.log()).containsPattern(" tunnel up .*address=" + address.getHostAddress() + ":");
        }
    }

    private void checkThatNothingIsLeft(int cuts) throws IOException {
        client.checkLog();
        assertThat(client.terminate()).isZero();
        network.close();
        Awaitility.await("the server holds no connection").atMost(SOON).untilAsserted(() -> {
            assertThat(server.listening()).isEqualTo(ownPorts);
            assertThat(server.descriptors()).doesNotContain("connection", "dead");
        });
        Metrics metrics = server.metrics();
        assertThat(metrics.value("tls_tunnel_streams_moved_total")).isEqualTo((long) STREAMS * cuts);
        for (String held : List.of("sessions", "tunnels_open", "streams_open", "memory_held_bytes", "listeners")) {
            assertThat(metrics.value("tls_tunnel_" + held)).as(held).isZero();
        }
        server.checkLog();
        assertThat(server.terminate()).isZero();
    }
}
