package io.tlstunnel.e2e;

import io.tlstunnel.config.Engine.DataPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/**
 * A server as a process of its own that knows two clients by name: one with a stream that never rests, and
 * {@link #VICTIM} for tests that attack a client.
 */
final class BesiegedServer implements AutoCloseable {
    /** Has the same key. */
    static final String VICTIM = "victim";

    static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(3);

    /** On top of the time-out, on a loaded machine. */
    static final Duration BOUND = HANDSHAKE_TIMEOUT.multipliedBy(2).plusSeconds(8);

    private final Daemon process;
    private final Services echo;
    private final Rig goodSide;
    private final Pulse pulse;
    private final int port;

    private BesiegedServer(Path folder, DataPath path) throws IOException {
        Path file = Files.writeString(folder.resolve("besieged.toml"), """
                [server]
                bind_addr = "127.0.0.1"
                bind_port = 0
                handshake_timeout = "%1$dms"
                data_path = "%2$s"
                [[clients]]
                name = "client"
                auth_key = "%3$s"
                [[clients]]
                name = "%4$s"
                auth_key = "%3$s"
                """.formatted(
                        HANDSHAKE_TIMEOUT.toMillis(), path.name().toLowerCase(Locale.ROOT), Rig.KEY, VICTIM));
        process = Daemon.tlsTunnel(
                folder, "besieged", List.of("-Dio.netty.leakDetection.level=paranoid"), "server", file.toString());
        echo = Services.echo();
        goodSide = new Rig(folder, path);
        try {
            port = process.tunnelPort();
            int published = Rig.freePort();
            Rig.ports(goodSide.startClient(
                    goodSide.clientConfig("client", port, "", Rig.proxy("echo", published, echo.port()))));
            pulse = Pulse.on(published);
        } catch (IOException | RuntimeException | AssertionError e) {
            goodSide.close();
            process.close();
            throw e;
        }
    }

    static BesiegedServer start(Path folder, DataPath path) throws IOException {
        return new BesiegedServer(folder, path);
    }

    int port() {
        return port;
    }

    /** Starts clients that know this server's certificate. */
    Rig goodSide() {
        return goodSide;
    }

    Pulse pulse() {
        return pulse;
    }

    Daemon process() {
        return process;
    }

    /** Waits for a line about the connection from that port, or under that reference, that says {@code what}. */
    void awaitLine(String about, String what) {
        Pattern line = Pattern.compile("(?m)^.*" + Pattern.quote(about) + "\\b.*$");
        Awaitility.await("a line about " + about + " that says: " + what)
                .atMost(Duration.ofSeconds(10))
                .until(() -> line.matcher(process.log())
                        .results()
                        .anyMatch(found -> found.group().contains(what)));
    }

    /** Nothing leaked and nothing went wrong that nobody foresaw. */
    void checkLog() {
        process.checkLog();
    }

    @Override
    public void close() throws IOException {
        pulse.close();
        goodSide.close();
        echo.close();
        process.close();
    }
}
