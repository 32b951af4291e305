package io.tlstunnel.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tlstunnel.client.TunnelClient;
import java.io.IOException;
import java.net.ConnectException;

/** The real client, with a service to publish, that dials an attacker in place of the {@link BesiegedServer}. */
final class Victim implements AutoCloseable {
    /** After an answer that another try will not change soon. */
    private static final int SLOWLY_MILLIS = 15_000;

    private final BesiegedServer server;
    private final LogCapture log = LogCapture.ofProgram();
    private final Services echo = Services.echo();
    private final int published = Rig.freePort();
    private final TunnelClient client;

    private Victim(BesiegedServer server, int port, String clientKeys) throws IOException {
        this.server = server;
        Rig rig = server.goodSide();
        this.client = rig.startClient(
                rig.clientConfig(BesiegedServer.VICTIM, port, clientKeys, Rig.proxy("echo", published, echo.port())));
    }

    static Victim dialling(BesiegedServer server, int port, String clientKeys) throws IOException {
        return new Victim(server, port, clientKeys);
    }

    /** Why a client has no tunnel that dials there, in its own words; nothing was published then. */
    static String refusal(BesiegedServer server, int port, String clientKeys) throws IOException {
        try (Victim victim = dialling(server, port, clientKeys)) {
            return victim.refusal();
        }
    }

    private String refusal() {
        String line = log.await("no tunnel");
        assertThat(LogCapture.number(line, "next_try_ms")).isGreaterThanOrEqualTo(SLOWLY_MILLIS);
        assertThat(client.ready().isComplete()).isFalse();
        assertThat(server.process().log()).doesNotContain(":" + published);
        assertThatThrownBy(() -> Rig.visit(published)).isInstanceOf(ConnectException.class);
        return line;
    }

    LogCapture log() {
        return log;
    }

    /** A stream to its service, once that is published. */
    Pulse visited() throws IOException {
        assertThat(Rig.ports(client)).hasSize(1);
        return Pulse.on(published);
    }

    /** It has kept its session and the tunnel of {@code stream}, and lets new visitors in. */
    void assertUnharmed(Pulse stream) throws IOException {
        stream.check();
        Pulse.on(published).close();
        assertThat(client.ended().isComplete()).isFalse();
        assertThat(log.lines()).noneMatch(line -> line.contains("tunnel lost"));
    }

    @Override
    public void close() throws IOException {
        Rig.await(client.shutdown());
        echo.close();
        log.close();
    }
}
