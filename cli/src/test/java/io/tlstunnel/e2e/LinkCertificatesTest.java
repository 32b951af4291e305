package io.tlstunnel.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tlstunnel.client.TunnelClient;
import io.tlstunnel.config.Secret;
import io.tlstunnel.security.ClusterAuthority;
import io.tlstunnel.security.PemText;
import io.tlstunnel.security.ServerCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A cluster whose links have certificates of the operator's authority. */
@ExtendWith(LeakCheck.class)
@Timeout(120)
final class LinkCertificatesTest {

    private final ClusterAuthority operators = ClusterAuthority.of(new Secret("what the operator signs with"));
    private final ClusterAuthority others = ClusterAuthority.of(new Secret("what somebody else signs with"));

    /** A node's own certificate of that authority, as variables; {@code trusted} is what it believes. */
    private static Map<String, String> given(Path folder, ClusterAuthority authority, ClusterAuthority... trusted)
            throws IOException {
        Instant now = Instant.now();
        ServerCertificate own = authority.node(now);
        Path home = Files.createTempDirectory(folder, "given");
        return Map.of(
                "TLS_TUNNEL_CLUSTER_LINK_CERT_PATH",
                Files.writeString(home.resolve("cert.pem"), PemText.of(own.chain()))
                        .toString(),
                "TLS_TUNNEL_CLUSTER_LINK_KEY_PATH",
                Files.writeString(home.resolve("key.pem"), PemText.of(own.key()))
                        .toString(),
                "TLS_TUNNEL_CLUSTER_LINK_CA_PATH",
                Files.writeString(
                                home.resolve("ca.pem"),
                                PemText.of(Stream.of(trusted)
                                        .map(each -> each.root(now))
                                        .toList()))
                        .toString());
    }

    @Test
    void aConnectionGoesOverALinkButNotToOrFromANodeOfAnotherAuthority(@TempDir Path folder) throws IOException {
        try (LogCapture log = LogCapture.ofProgram();
                Services echo = Services.echo();
                ClusterRig rig = ClusterRig.of(folder, 0)) {
            rig.start(1, given(folder, operators, operators));
            rig.start(2, given(folder, operators, operators));
            TunnelClient client =
                    rig.client("office", "connections = 1", Rig.proxy("echo", "0.0.0.0", 0, echo.port()), 1);
            int port = Rig.ports(client).get(0).port();
            ClusterRig.awaitEcho(2, port);
            assertThat(rig.server(2).metrics().links().value()).isPositive();

            rig.start(3, given(folder, others, others, operators));
            TunnelClient there =
                    rig.client("elsewhere", "connections = 1", Rig.proxy("echo", "0.0.0.0", 0, echo.port()), 3);
            assertThat(Rig.ports(there)).hasSize(1);
            // Node 3 dials nodes 1 and 2, and node 1 dials node 3: they do not believe it.
            String reason = "reason=\"Signature does not match.\"";
            log.await("no link: the other side is no node of this cluster", reason);
            log.await("no link", "address=\"/127.0.0.3:" + rig.files().linkPort(), reason);
            assertThat(rig.server(3).metrics().links().value()).isZero();
            assertThat(rig.server(1).metrics().links().value()).isZero();
            ClusterRig.awaitEcho(2, port);
            Rig.await(there.shutdown());
            Rig.await(client.shutdown());
        }
    }
}
