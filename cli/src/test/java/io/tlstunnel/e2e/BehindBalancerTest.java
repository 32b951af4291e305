package io.tlstunnel.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tlstunnel.client.Published;
import io.tlstunnel.config.Engine.DataPath;
import io.tlstunnel.e2e.Sample.Nodes;
import io.tlstunnel.security.CertificateNames;
import io.tlstunnel.security.GeneratedCertificate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The real HAProxy and Nginx in front of a server, with {@code conf/haproxy.cfg} and {@code conf/nginx.conf}. They connect to
 * the server from an address of their own; clients and visitors have others.
 */
@Timeout(120)
final class BehindBalancerTest extends RigTest {
    private static final String TRUSTED = "trusted_proxies = \"" + Balancer.ADDRESS + "\"\n";
    private static final String VISITORS = "publish_bind = \"127.0.0.2\"\npublish_proxy_protocol = true\n" + TRUSTED;
    private static final String VISITOR = "127.0.0.5";
    private static final String UNWANTED = "127.0.0.6";

    private final DataPath path;
    private final int port = Rig.freePort();

    @TempDir
    private Path folder;

    private LogCapture access;

    BehindBalancerTest(DataPath path) {
        super(path);
        this.path = path;
    }

    @BeforeEach
    void listen() {
        access = LogCapture.of("access");
    }

    @AfterEach
    void unlisten() {
        access.close();
    }

    private void requireFastPath() {
        Assumptions.assumeTrue(path == DataPath.FAST, "proxy_protocol needs the fast path");
    }

    private int server() {
        return rig.server().port();
    }

    /** A client comes by the balancer, and a visitor talks through it. */
    private void carries(String clientKeys) throws IOException {
        List<Published> published = Rig.ports(
                rig.startClient(rig.clientConfig("client", port, clientKeys, Rig.proxy("echo", 0, echo.port()))));
        try (Visitor visitor = Visitor.at(published.get(0).port())) {
            visitor.talks("hello");
        }
    }

    // ---- TLS passes through ----------------------------------------------------------------------------------------

    @Test
    void haproxyPassesTlsThroughWithoutAWord() throws IOException {
        rig.startServer("", "");
        try (Daemon haproxy = HaProxy.start(folder, HaProxy.passingSilently(port, server()))) {
            carries("");

            log.await("tunnel up", "client=", "binding=\"LEAF\"");
            assertThat(haproxy.isAlive()).isTrue();
        }
    }

    /** Both in one: a client through part A, visitors through part C. */
    @Test
    void haproxyNamesClientsAndVisitors() throws IOException {
        requireFastPath();
        rig.startServer("proxy_protocol = true\n" + VISITORS, "");
        int visited = Rig.freePort();
        try (Daemon haproxy =
                HaProxy.start(folder, HaProxy.passingWithVisitors(port, server(), visited, "127.0.0.2"))) {
            publishes(port, visited);

            log.await("tunnel up", "client=", "address=\"127.0.0.1:", "binding=\"LEAF\"");
            visitorsAreNamed(visited);
            strangersAreRefused(visited);
            assertThat(haproxy.isAlive()).isTrue();
        }
    }

    /** A visitor is named on the plain path too. */
    @Test
    void haproxyNamesVisitorsOfAClientThatComesDirectly() throws IOException {
        rig.startServer(VISITORS, "");
        int visited = Rig.freePort();
        try (Daemon haproxy =
                HaProxy.start(folder, HaProxy.passingWithVisitors(port, server(), visited, "127.0.0.2"))) {
            publishes(server(), visited);

            visitorsAreNamed(visited);
            strangersAreRefused(visited);
            assertThat(haproxy.isAlive()).isTrue();
        }
    }

    @Test
    void nginxNamesClientsAndVisitors() throws IOException {
        requireFastPath();
        Nginx.requireStreams();
        rig.startServer("proxy_protocol = true\n" + VISITORS, "");
        int visited = Rig.freePort();
        try (Daemon nginx = Nginx.start(folder, Nginx.passingWithVisitors(port, server(), visited, "127.0.0.2"))) {
            publishes(port, visited);

            log.await("tunnel up", "client=", "address=\"127.0.0.1:", "binding=\"LEAF\"");
            visitorsAreNamed(visited);
            assertThat(nginx.isAlive()).isTrue();
        }
    }

    private void publishes(int at, int visited) throws IOException {
        String proxy = Rig.proxy("echo", visited, echo.port()) + "allow_from = [\"" + VISITOR + "\"]\n";
        Rig.ports(rig.startClient(rig.clientConfig("client", at, "", proxy)));
    }

    private void visitorsAreNamed(int visited) throws IOException {
        String seen;
        try (Socket wanted = from(VISITOR, "127.0.0.1", visited)) {
            echoes(wanted);
            seen = "visitor=\"" + VISITOR + ":" + wanted.getLocalPort() + "\"";
        }
        access.await(seen, "proxy=\"echo\"");
        assertThat(answer("127.0.0.1", visited, "hello")).isEmpty();
        log.await("visitor turned away", "visitor=\"" + UNWANTED + ":", "the address is not allowed");
    }

    private void strangersAreRefused(int visited) throws IOException {
        String forged = "PROXY TCP4 " + VISITOR + " 127.0.0.2 4711 " + visited + "\r\nhello";
        assertThat(answer("127.0.0.2", visited, forged)).isEmpty();
        log.await(
                "connection to a public port refused",
                "peer=\"" + UNWANTED + ":",
                "it is none of trusted_proxies, and publish_proxy_protocol is on");
        assertThat(access.lines()).noneMatch(line -> line.contains(":4711"));
    }

    @Test
    void aForgedHeaderOfAStrangerIsRefused() throws IOException {
        requireFastPath();
        rig.startServer("proxy_protocol = true\n" + TRUSTED, "");
        assertThat(answer("127.0.0.1", server(), "PROXY TCP4 " + VISITOR + " 127.0.0.1 4711 443\r\n"))
                .isEmpty();
        log.await("refused a connection from /" + UNWANTED + ":", "it is none of trusted_proxies");
    }

    /** As when HAProxy has no {@code send-proxy-v2}. */
    @Test
    void aBalancerWithoutHeadersIsToldSo() throws IOException {
        requireFastPath();
        rig.startServer("proxy_protocol = true\n" + TRUSTED, "");
        Sample forgetful = HaProxy.passing(port, Nodes.one(server())).with(" send-proxy-v2 check-send-proxy", "");
        try (Daemon haproxy = HaProxy.start(folder, forgetful)) {
            rig.startClient(rig.clientConfig("client", port, "", ""));

            log.await("refused a connection from the balancer", "it has no proper PROXY header");
            assertThat(haproxy.isAlive()).isTrue();
        }
    }

    // ---- TLS ends at the balancer ----------------------------------------------------------------------------------

    /** Certificate and key of the balancer, where the rig's clients look for the server's. */
    private void makeCertificate() {
        GeneratedCertificate.in(rig.certificate().getParent(), () -> CertificateNames.ofThisHost("127.0.0.1"));
    }

    private Path key() {
        return rig.certificate().resolveSibling(GeneratedCertificate.KEY_FILE);
    }

    @Test
    void haproxyEndsTlsAndNamesTheClient() throws IOException {
        makeCertificate();
        rig.startServer(
                "transport = \"ws\"\nbehind_proxy = true\nbalancer_cert_path = \"" + rig.certificate() + "\"\n"
                        + TRUSTED,
                "");
        Path both = Files.writeString(
                folder.resolve("both.pem"), Files.readString(rig.certificate()) + Files.readString(key()));
        HaProxy.check(folder, both);
        try (Daemon haproxy = HaProxy.start(folder, HaProxy.ending(port, both, Nodes.one(server())))) {
            // The server knows the balancer's certificate, so the client need not check it.
            carries("skip_verify = true");

            log.await("tunnel up", "client=", "address=\"127.0.0.1:0\"", "binding=\"LEAF\"");
            assertThat(haproxy.isAlive()).isTrue();
        }
    }

    private Daemon nginx() throws IOException {
        return Nginx.start(folder, Nginx.ending(port, rig.certificate(), key(), Nodes.one(server())));
    }

    @Test
    void nginxEndsTlsAndNamesTheClient() throws IOException {
        makeCertificate();
        rig.startServer("transport = \"ws\"\nbehind_proxy = true\n" + TRUSTED, "");
        try (Daemon nginx = nginx()) {
            carries("");

            log.await("tunnel up", "client=", "address=\"127.0.0.1:0\"", "binding=\"NONE\"");
            assertThat(nginx.isAlive()).isTrue();
        }
    }

    @Test
    void whoIsNotTrustedNamesNobody() throws IOException {
        makeCertificate();
        rig.startServer("transport = \"ws\"\nbehind_proxy = true\ntrusted_proxies = \"127.0.0.8\"\n", "");
        try (Daemon nginx = nginx()) {
            carries("");

            log.await("tunnel up", "client=", "address=\"" + Balancer.ADDRESS + ":");
            assertThat(nginx.isAlive()).isTrue();
        }
    }

    /** Nobody would tell then who ends TLS there. */
    @Test
    void aBalancerThatNobodyKnowsIsNotTrusted() throws IOException {
        makeCertificate();
        rig.startServer("transport = \"ws\"", "");
        try (Daemon nginx = nginx()) {
            rig.startClient(rig.clientConfig("client", port, "skip_verify = true", ""));

            log.await("no tunnel", "it has no balancer_cert_path), so the certificate must be verified");
            assertThat(nginx.isAlive()).isTrue();
        }
    }

    // ---- sockets ---------------------------------------------------------------------------------------------------

    private static Socket from(String source, String host, int port) throws IOException {
        Socket socket = new Socket();
        socket.bind(new InetSocketAddress(source, 0));
        return Rig.connect(socket, InetAddress.getByName(host), port);
    }

    private static void echoes(Socket socket) throws IOException {
        socket.getOutputStream().write("hello".getBytes(StandardCharsets.US_ASCII));
        assertThat(socket.getInputStream().readNBytes(5))
                .asString(StandardCharsets.US_ASCII)
                .isEqualTo("hello");
    }

    /** What somebody unwanted gets for {@code text}: nothing if the connection is reset, be it before connect returns. */
    private static byte[] answer(String host, int port, String text) throws IOException {
        try (Socket socket = from(UNWANTED, host, port)) {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
            return socket.getInputStream().readAllBytes();
        } catch (SocketException reset) {
            return new byte[0];
        }
    }
}
