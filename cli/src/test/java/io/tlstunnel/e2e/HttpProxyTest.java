package io.tlstunnel.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tlstunnel.client.Published;
import io.tlstunnel.client.TunnelClient;
import io.tlstunnel.config.Engine.DataPath;
import io.tlstunnel.transport.testing.RealProxy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Through what other people put between client and server: HTTP proxies, balancers, IPv6. */
@ParameterizedClass
@EnumSource(DataPath.class)
@ExtendWith(LeakCheck.class)
@Timeout(value = 5, unit = TimeUnit.MINUTES)
final class HttpProxyTest {
    /** After an answer that another try will not change soon. */
    private static final int SLOWLY_MILLIS = 15_000;

    private static final String WRONG_PASSWORD = "wr0ng-w0rd";

    /** What companies run. */
    private enum Company {
        SQUID {
            @Override
            RealProxy start(Path folder) throws IOException {
                Tool.require("squid");
                return RealProxy.squid(folder, Rig.freePort());
            }
        },
        TINYPROXY {
            @Override
            RealProxy start(Path folder) throws IOException {
                Tool.require("tinyproxy");
                return RealProxy.tinyproxy(folder);
            }
        };

        abstract RealProxy start(Path folder) throws IOException;
    }

    @Parameter
    private DataPath path = DataPath.FAST;

    @TempDir
    private Path folder;

    @TempDir
    private Path proxyFolder;

    private Rig rig;
    private Exchange exchange;
    private LogCapture log;

    @BeforeEach
    void open() throws IOException {
        log = LogCapture.ofProgram();
        exchange = Exchange.start();
        rig = new Rig(folder, path);
    }

    @AfterEach
    void close() throws IOException {
        rig.close();
        exchange.close();
        log.close();
    }

    /** Lets a client dial that port, and a visitor use what it publishes. */
    private void carriesBy(int port, String clientKeys) throws IOException {
        carries(rig.startClient(rig.clientConfig("client", port, clientKeys, Rig.proxy("web", 0, exchange.port()))));
    }

    private static void carries(TunnelClient client) throws IOException {
        List<Published> published = Rig.ports(client);
        assertThat(published).hasSize(1);
        Exchange.through(published.get(0));
    }

    // ---- HTTP proxies ----------------------------------------------------------------------------------------------

    private static String by(int proxy, String password) {
        return "proxy = \"http://" + RealProxy.USER + ":" + password + "@127.0.0.1:" + proxy + "\"";
    }

    @ParameterizedTest
    @EnumSource
    void carriesThroughAnHttpProxy(Company company) throws IOException {
        try (RealProxy proxy = company.start(proxyFolder);
                Cable counted = new Cable(proxy.port())) {
            rig.startServer("", "");
            carriesBy(rig.server().port(), by(counted.port(), RealProxy.PASSWORD));

            log.await("tunnel up", "binding=\"LEAF\"");
            assertThat(counted.carried()).as("connections through the proxy").isOne();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aWrongPasswordIsOneSentenceAndIsTriedSlowly(Company company) throws IOException {
        try (RealProxy proxy = company.start(proxyFolder);
                Cable counted = new Cable(proxy.port())) {
            rig.startServer("", "");
            rig.startClient(rig.clientConfig("wrong", by(counted.port(), WRONG_PASSWORD), ""));
            assertSlow(log.await("no tunnel", "it does not accept this user name and password"));

            // While the other one waits.
            carriesBy(rig.server().port(), by(proxy.port(), RealProxy.PASSWORD));
            assertThat(counted.carried()).as("tries with the wrong password").isOne();
            assertThat(log.lines())
                    .noneMatch(line -> line.contains(WRONG_PASSWORD) || line.contains(RealProxy.PASSWORD))
                    .filteredOn(line -> line.startsWith("no tunnel"))
                    .hasSize(1);
        }
    }

    private static void assertSlow(String line) {
        assertThat(LogCapture.number(line, "next_try_ms")).isGreaterThanOrEqualTo(SLOWLY_MILLIS);
    }

    // ---- IPv6 ------------------------------------------------------------------------------------------------------

    private static void requireIpv6() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("::1"))) {
            assertThat(socket.getLocalPort()).isPositive();
        } catch (IOException none) {
            Tool.missing("this machine has no IPv6");
        }
    }

    @Test
    void carriesOverIpv6() throws IOException {
        carriesOverIpv6("");

        log.await("server listening", "addr=\"[::1]:" + rig.server().port() + "\"");
        log.await("published", "address=\"[::1]:");
    }

    @ParameterizedTest
    @EnumSource
    void carriesOverIpv6BehindAnHttpProxy(Company company) throws IOException {
        try (RealProxy proxy = company.start(proxyFolder);
                Cable counted = new Cable(proxy.port())) {
            carriesOverIpv6(by(counted.port(), RealProxy.PASSWORD));

            assertThat(counted.carried()).as("connections through the proxy").isOne();
        }
    }

    private void carriesOverIpv6(String clientKeys) throws IOException {
        requireIpv6();
        rig.startServer("bind_addr = \"::1\"", "");
        String keys = "server_addr = \"::1\"\n" + clientKeys;
        carries(rig.startClient(rig.clientConfig("client", keys, Rig.proxy("web", "::1", 0, exchange.port()))));
    }
}
