package io.tlstunnel.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tlstunnel.client.TunnelClient;
import io.tlstunnel.config.Engine.DataPath;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** {@code server_addr} as a list. */
final class ServerListTest extends RigTest {
    ServerListTest(DataPath path) {
        super(path);
    }

    @Test
    void theNextServerIsDialledWhereOneIsDown() throws IOException {
        rig.startServer("", "");
        String servers = "server_addr = [\"127.0.0.1:%d\", \"127.0.0.1:%d\"]"
                .formatted(Rig.freePort(), rig.server().port());
        TunnelClient client = rig.startClient(rig.clientConfig("client", servers, Rig.proxy("echo", 0, echo.port())));
        assertThat(Visitor.getsIn(Rig.ports(client).get(0).port())).isTrue();
        log.await("no tunnel", "refused the connection");
    }
}
