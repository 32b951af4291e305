package io.tlstunnel.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tlstunnel.config.Engine.DataPath;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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

/** A client that somebody wrote from docs/protocol.md alone, in another language, works with the server. */
@ParameterizedClass
@EnumSource(DataPath.class)
@ExtendWith(LeakCheck.class)
@Timeout(value = 5, unit = TimeUnit.MINUTES)
final class PythonPeerTest {
    private static final Path FOLDER = Path.of("src", "test", "python");
    private static final Path PEER = FOLDER.resolve("tls_tunnel_peer.py");
    private static final int MOST_LINES = 500;
    private static final int MOST_COLUMNS = 100;
    private static final Path PAGE = Path.of("..", "docs", "protocol.md");
    private static final Pattern PUBLISHED = Pattern.compile("REGISTERED 1 echo accepted: \\S+:(\\d+)");

    private static final Pattern PUBLISHED_ANEW =
            Pattern.compile("ended with its session.*?" + PUBLISHED.pattern(), Pattern.DOTALL);

    /** Of 256 KiB: some MB, more than all windows together hold. */
    private static final int PIECES = 16;

    private static final int STREAMS = 20;
    private static final int CUTS = Scale.of(10, 100);

    @Parameter
    private DataPath path = DataPath.FAST;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @SuppressWarnings("NullAway.Init")
    private Path python;

    @SuppressWarnings("NullAway.Init")
    private Rig rig;

    @BeforeEach
    void start() throws IOException {
        python = Tool.require("python3");
        rig = new Rig(folder, path);
        rig.startServer("", "");
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    private Daemon peer(int tunnels) throws IOException {
        Path key = Files.writeString(folder.resolve("auth.key"), Rig.KEY);
        List<String> command = new ArrayList<>(List.of(python.toString(), "-B", "-u", script(PEER)));
        command.addAll(List.of("--port", Integer.toString(rig.server().port()), "--key-file", key.toString()));
        command.addAll(List.of("--ca", rig.certificate().toString(), "--proxy", "echo", "127.0.0.1", "0"));
        command.addAll(List.of("--tunnels", Integer.toString(tunnels)));
        return Daemon.start(folder, "peer", command);
    }

    private static String script(Path file) {
        return file.toAbsolutePath().toString();
    }

    private static int port(Daemon peer) {
        return port(peer, PUBLISHED);
    }

    private static int port(Daemon peer, Pattern published) {
        return Integer.parseInt(peer.await(published).group(1));
    }

    private void awaitTunnels(int count) {
        Awaitility.await(count + " tunnels")
                .atMost(30, TimeUnit.SECONDS)
                .until(() -> rig.server().metrics().tunnels().open() == count);
    }

    /** Sends so many pieces and half-closes; what comes back until the other half-close must be the same. */
    private static void echoes(int port, int pieces, long seed) throws Exception {
        try (Socket visitor = Rig.visit(port)) {
            AtomicInteger left = new AtomicInteger(pieces);
            Bytes bytes = new Bytes(seed);
            CompletableFuture<String> sent = bytes.sendTo(visitor, () -> left.getAndDecrement() > 0);
            CompletableFuture<String> received = bytes.receiveFrom(visitor);
            assertThat(received.get(1, TimeUnit.MINUTES)).isEqualTo(sent.get(1, TimeUnit.MINUTES));
        }
    }

    /** The page asks for no more than that: who writes a client in an afternoon is who the page is for. */
    @Test
    void isOfAtMostFiveHundredLines() throws IOException {
        List<String> lines = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(FOLDER, "*.py")) {
            for (Path file : files) {
                lines.addAll(Files.readAllLines(file));
            }
        }
        assertThat(lines).hasSizeBetween(1, MOST_LINES).allMatch(line -> line.length() <= MOST_COLUMNS);
    }

    @Test
    void makesTheWorkedExampleOfThePageAnew() {
        try (Daemon peer = Daemon.start(
                folder, "example", List.of(python.toString(), "-B", script(PEER), "--self-test", script(PAGE)))) {
            assertThat(peer.exit()).as(peer.log()).isZero();
        }
    }

    @Test
    void echoesEveryByteAndBothHalfCloses() throws Exception {
        try (Daemon peer = peer(1)) {
            int port = port(peer);
            echoes(port, 0, 1);
            echoes(port, PIECES, 2);
            peer.hear("bye");
            assertThat(peer.exit()).isZero();
            Visitor.awaitRefused(port);
        }
    }

    @Test
    void servesManyStreamsAtOnce() throws Exception {
        try (Daemon peer = peer(2)) {
            int port = port(peer);
            List<Visitor> visitors = new ArrayList<>();
            for (int stream = 0; stream < STREAMS; stream++) {
                visitors.add(Visitor.at(port).talks("first of " + stream));
            }
            for (Visitor visitor : visitors) {
                try (visitor) {
                    visitor.talks("and last");
                }
            }
        }
    }

    @Test
    void hearsThatAVisitorResets() throws Exception {
        try (Daemon peer = peer(1)) {
            try (Socket visitor = Rig.visit(port(peer))) {
                visitor.getOutputStream().write("hello".getBytes(StandardCharsets.US_ASCII));
                assertThat(visitor.getInputStream().readNBytes(5)).hasSize(5);
                visitor.setSoLinger(true, 0);
            }
            peer.await("by RESET 1 ");
        }
    }

    @Test
    void resetsAStreamWhoseTunnelIsLost() throws Exception {
        try (Daemon peer = peer(1);
                Visitor visitor = Visitor.at(port(peer))) {
            visitor.talks("hello");
            peer.hear("cut\nreset");
            visitor.isReset();
            peer.await("by RESET 12 ");
        }
    }

    @Test
    void losesNoByteWhenItsOnlyTunnelIsCut() throws Exception {
        losesNoByte(1);
    }

    @Test
    void losesNoByteWhenOneOfItsTunnelsIsCutOrBothAre() throws Exception {
        losesNoByte(2);
    }

    private void losesNoByte(int tunnels) throws Exception {
        AtomicBoolean more = new AtomicBoolean(true);
        try (Daemon peer = peer(tunnels);
                Socket visitor = Rig.visit(port(peer))) {
            Bytes bytes = new Bytes(tunnels);
            CompletableFuture<String> sent = bytes.sendTo(visitor, more::get);
            CompletableFuture<String> received = bytes.receiveFrom(visitor);
            int dials = tunnels;
            for (int cut = 0; cut < CUTS; cut++) {
                peer.await("up by dial " + dials + " ");
                awaitMoved(bytes, received);
                boolean all = cut % 3 == 2;
                peer.hear(all ? "cut" : "cut " + cut % tunnels);
                dials += all ? tunnels : 1;
            }
            peer.await("up by dial " + dials + " ");
            awaitMoved(bytes, received);
            more.set(false);
            assertThat(received.get(1, TimeUnit.MINUTES)).isEqualTo(sent.get(1, TimeUnit.MINUTES));
            assertThat(resumes(peer)).isGreaterThanOrEqualTo(CUTS / 3);
        }
    }

    private static void awaitMoved(Bytes bytes, CompletableFuture<String> received) {
        long before = bytes.received();
        Awaitility.await("bytes")
                .atMost(30, TimeUnit.SECONDS)
                .until(() -> received.isDone() || bytes.received() > before + (1 << 19));
        assertThat(received).isNotDone();
    }

    private static long resumes(Daemon peer) {
        Matcher resume = Pattern.compile(" resumes over tunnel ").matcher(peer.log());
        return resume.results().count();
    }

    @Test
    void startsAnewWithAnotherSession() throws Exception {
        try (Daemon peer = peer(2);
                Visitor old = Visitor.at(port(peer))) {
            old.talks("before");
            awaitTunnels(2);
            peer.hear("forget");
            old.isReset();
            Visitor.awaitIn(port(peer, PUBLISHED_ANEW));
        }
    }
}
