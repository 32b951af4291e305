package io.tlstunnel.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tlstunnel.client.Published;
import io.tlstunnel.client.TunnelClient;
import io.tlstunnel.config.Engine.DataPath;
import io.tlstunnel.config.Problem;
import io.tlstunnel.mux.handshake.DiallerStep;
import io.tlstunnel.reload.Reloaded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What a changed file changes while both programs run, and what it leaves alone. */
final class ReloadTest extends RigTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    /** What the documentation promises of a withdrawn key. */
    private static final Duration PROMISED = Duration.ofSeconds(1);

    private static final String OLD = "the old key of the office";
    private static final String NEW = "the new key of the office";
    private static final String UNWATCHED = "reload_interval = 0\n";

    ReloadTest(DataPath path) {
        super(path);
    }

    // ---- keys -------------------------------------------------------------------------------------------------------

    @Test
    void aWithdrawnKeyIsWorthNothingWithinASecondAndOthersNoticeNothing() throws IOException {
        rig.startReloadingServer(UNWATCHED, office(OLD));
        int port = port(officeClient(OLD));
        int others = port(rig.startClient(rig.clientConfig("other", "", Rig.proxy("web", 0, echo.port()))));
        try (Visitor visitor = Visitor.at(port).talks("hello");
                Visitor other = Visitor.at(others).talks("hello")) {
            rewriteServer("", "");
            Reloaded reloaded = Rig.await(rig.server().reload());
            long applied = System.nanoTime();
            visitor.isReset();
            assertThat(Duration.ofNanos(System.nanoTime() - applied)).isLessThan(PROMISED);
            assertThat(reloaded.changes().live()).containsExactly("[[clients]] office");
            other.talks("still here");
        }
        Visitor.awaitRefused(port);
        log.await("session ended", "office", "its key was withdrawn");
        log.await("no tunnel", "the server refused this client");
    }

    @Test
    void whoDoesNotTakeTheFarewellIsCutOffInTimeToo() throws IOException {
        String entry = "[[clients]]\nname = \"stubborn\"\nauth_key = \"%s\"\n";
        rig.startReloadingServer(UNWATCHED, entry.formatted(Rig.KEY));
        try (WirePeer peer = WirePeer.open(rig.server().port())) {
            assertThat(HandDialler.on(peer, HandDialler.RIGHT_KEY, "stubborn").shakeHands())
                    .isInstanceOf(DiallerStep.Established.class);
            awaitTunnels(1);
            rewriteServer("", entry.formatted(OLD));
            Rig.await(rig.server().reload());
            Awaitility.await()
                    .atMost(PROMISED)
                    .pollInterval(Duration.ofMillis(10))
                    .until(() -> rig.server().metrics().tunnels().open() == 0);
        }
    }

    @Test
    void aKeyIsExchangedWithoutTheLossOfAStream() throws IOException {
        rig.startReloadingServer(UNWATCHED, office(OLD));
        TunnelClient client = officeClient(OLD);
        int port = port(client);
        try (Visitor early = Visitor.at(port).talks("by the old key")) {
            rewriteServer("", office(NEW, OLD));
            Rig.await(rig.server().reload());
            early.talks("both keys are known");
            rewriteOffice(NEW);
            assertThat(Rig.await(client.reload()).changes().live()).containsExactly("[client] auth_key");
            awaitTunnels(2);
            try (Visitor late = Visitor.at(port).talks("by the new key")) {
                early.talks("on the tunnel of the old key");
                early.leaves();
                awaitTunnels(1);
                rewriteServer("", office(NEW));
                Rig.await(rig.server().reload());
                late.talks("the old key is gone");
            }
        }
        assertThat(Visitor.getsIn(port)).isTrue();
        assertThat(rig.server().metrics().sessions().value()).isEqualTo(1);
    }

    @Test
    void ofTwoTunnelsOnlyThatOfTheWithdrawnKeyClosesAndItsStreamsGoToTheOther() throws IOException {
        rig.startReloadingServer(UNWATCHED, office(OLD));
        TunnelClient client = officeClient(OLD);
        int port = port(client);
        try (Visitor early = Visitor.at(port).talks("by the old key")) {
            rewriteServer("", office(NEW, OLD));
            Rig.await(rig.server().reload());
            rewriteOffice(NEW);
            Rig.await(client.reload());
            awaitTunnels(2);
            try (Visitor late = Visitor.at(port).talks("by the new key")) {
                rewriteServer("", office(NEW));
                Rig.await(rig.server().reload());
                awaitTunnels(1);
                early.talks("over the other tunnel");
                late.talks("the old key is gone");
            }
        }
    }

    @Test
    void aClientWhoseKeyWasLiftedIntoAnEntryStays() throws IOException {
        rig.startReloadingServer(UNWATCHED, "");
        int port = port(officeClient(Rig.KEY));
        try (Visitor visitor = Visitor.at(port).talks("hello")) {
            rewriteServer("", office(Rig.KEY) + "max_streams = 1\n");
            Rig.await(rig.server().reload());
            visitor.talks("still here");
            assertThat(Visitor.getsIn(port))
                    .as("a second one, over max_streams")
                    .isFalse();
        }
    }

    // ---- rights -----------------------------------------------------------------------------------------------------

    @Test
    void whatIsNoLongerAllowedIsWithdrawnAndComesBackWhenItIs() throws IOException {
        rig.startReloadingServer(UNWATCHED, "");
        int kept = Rig.freePort();
        int lost = kept - 1;
        TunnelClient client = rig.startClient(rig.clientConfig(
                "client", "", Rig.proxy("kept", kept, echo.port()) + Rig.proxy("lost", lost, echo.port())));
        assertThat(Rig.ports(client)).hasSize(2);
        try (LogCapture access = LogCapture.of("access");
                Visitor staying = Visitor.at(kept).talks("hello");
                Visitor going = Visitor.at(lost).talks("hello")) {
            rewriteServer("allow_ports = [" + kept + "]", "");
            Rig.await(rig.server().reload());
            going.isReset();
            staying.talks("still here");
            access.await("proxy=\"lost\"", "reason=\"forbidden\"");
        }
        Visitor.awaitRefused(lost);
        log.await("not published", "proxy=\"lost\"", "FORBIDDEN", "does not allow port " + lost + ", only " + kept);
        rewriteServer("", "");
        Rig.await(rig.server().reload());
        Visitor.awaitIn(lost);
    }

    @Test
    void newAddressRulesHoldForNewVisitors() throws IOException {
        rig.startReloadingServer(UNWATCHED, "");
        int port = rig.publish(echo.port());
        try (Visitor visitor = Visitor.at(port).talks("hello")) {
            rewriteServer("deny_from = \"127.0.0.1\"", "");
            assertThat(Rig.await(rig.server().reload()).changes().live())
                    .containsExactly("[server] auth_key and its rights");
            assertThat(Visitor.getsIn(port)).isFalse();
            visitor.talks("still here");
        }
    }

    // ---- a client's proxies -----------------------------------------------------------------------------------------

    @Test
    void aProxyComesAndGoesAndAnotherKeepsItsStreams() throws IOException {
        rig.startServer("", "");
        int one = Rig.freePort();
        int two = one - 1;
        String first = Rig.proxy("one", one, echo.port());
        TunnelClient client = rig.startReloadingClient("client", UNWATCHED, first);
        assertThat(Rig.ports(client)).hasSize(1);
        try (Visitor visitor = Visitor.at(one).talks("hello")) {
            rewriteClient("", first + Rig.proxy("two", two, echo.port()));
            assertThat(Rig.await(client.reload()).changes().live()).containsExactly("[[proxies]] two");
            Visitor.awaitIn(two);
            visitor.talks("a second one came");
            try (Visitor second = Visitor.at(two).talks("hello")) {
                rewriteClient("", first);
                Rig.await(client.reload());
                second.isReset();
            }
            Visitor.awaitRefused(two);
            visitor.talks("and went");
            assertThat(client.metrics().proxiesPublished().value()).isEqualTo(1);
        }
        assertThat(log.lines()).noneMatch(line -> line.contains("tunnel lost"));
    }

    @Test
    void limitsOfAProxyChangeAndItsStreamsGoOn() throws IOException {
        rig.startServer("", "");
        int port = Rig.freePort();
        String open = Rig.proxy("echo", port, echo.port());
        TunnelClient client = rig.startReloadingClient("client", UNWATCHED, open);
        Rig.ports(client);
        try (Visitor visitor = Visitor.at(port).talks("hello")) {
            rewriteClient("", open + "deny_from = [\"127.0.0.0/8\"]\n");
            Rig.await(client.reload());
            Awaitility.await().atMost(PATIENCE).until(() -> !Visitor.getsIn(port));
            visitor.talks("still here");
            rewriteClient("", open);
            Rig.await(client.reload());
            Visitor.awaitIn(port);
            visitor.talks("still here");
        }
    }

    @Test
    void moreConnectionsAndFewer() throws IOException {
        rig.startServer("", "");
        String proxy = Rig.proxy("echo", Rig.freePort(), echo.port());
        TunnelClient client = rig.startReloadingClient("client", UNWATCHED, proxy);
        int port = port(client);
        rewriteClient("connections = 3", proxy);
        Rig.await(client.reload());
        awaitTunnels(3);
        rewriteClient("", proxy);
        Rig.await(client.reload());
        awaitTunnels(1);
        assertThat(Visitor.getsIn(port)).isTrue();
    }

    // ---- the file ---------------------------------------------------------------------------------------------------

    @Test
    void aBadFileChangesNothingAndSaysWhy() throws IOException {
        rig.startReloadingServer(UNWATCHED, office(OLD));
        int port = port(officeClient(OLD));
        try (Visitor visitor = Visitor.at(port).talks("hello")) {
            Path file = rewriteServer("max_streams = \"many\"", "[[clients]]\nname = \"b\"\n");
            Reloaded reloaded = Rig.await(rig.server().reload());
            assertThat(reloaded.isApplied()).isFalse();
            assertThat(reloaded.mistakes())
                    .extracting(Problem::toString)
                    .hasSize(2)
                    .allSatisfy(mistake -> assertThat(mistake).matches(file + ":\\d+:\\d+: .*"))
                    .anyMatch(mistake -> mistake.contains("max_streams expects an integer"))
                    .anyMatch(mistake -> mistake.contains("auth_key is missing in this [[clients]] entry"));
            log.await("configuration not reloaded, nothing was changed", "max_streams expects an integer");
            visitor.talks("still here");
            Files.delete(file);
            assertThat(Rig.await(rig.server().reload()).mistakes()).hasSize(1);
            visitor.talks("still here");
            rewriteServer("", office(OLD));
            assertThat(Rig.await(rig.server().reload()).changes().isEmpty()).isTrue();
            visitor.talks("still here");
        }
    }

    @Test
    void namesWhatNeedsARestartAndAppliesTheRest() throws IOException {
        rig.startReloadingServer(UNWATCHED, "");
        rewriteServer("memory_budget = \"1GiB\"\nwss_path = \"/else\"\nhold_timeout = 0", "");
        Reloaded reloaded = Rig.await(rig.server().reload());
        assertThat(reloaded.changes().restart())
                .containsExactlyInAnyOrder("[server] memory_budget", "[server] wss_path");
        assertThat(reloaded.changes().live()).containsExactly("[server] hold_timeout");
        log.await("changed in the file, but needs a restart", "[server] wss_path");
        assertThat(Rig.await(rig.server().reload()).changes().live()).isEmpty();
    }

    @Test
    void aChangedFileIsNoticedByItself() throws IOException {
        rig.startReloadingServer("reload_interval = \"100ms\"", office(OLD));
        int port = port(officeClient(OLD));
        try (Visitor visitor = Visitor.at(port).talks("hello")) {
            rig.serverFile(0, "reload_interval = \"100ms\"\nthis is wrong", "");
            log.await("configuration not reloaded, nothing was changed");
            visitor.talks("still here");
            rig.serverFile(0, "reload_interval = \"100ms\"", "");
            visitor.isReset();
        }
    }

    @Test
    void aChangedFileOfAClientIsNoticedByItself() throws IOException {
        rig.startServer("", "");
        String watched = "reload_interval = \"100ms\"";
        int added = Rig.freePort();
        String first = Rig.proxy("one", 0, echo.port());
        TunnelClient client = rig.startReloadingClient("client", watched, first);
        try (Visitor visitor = Visitor.at(port(client)).talks("hello")) {
            rig.clientFile("client", rig.server().port(), watched, first + "this is wrong");
            log.await("configuration not reloaded, nothing was changed");
            rig.clientFile("client", rig.server().port(), watched, first + Rig.proxy("two", added, echo.port()));
            Visitor.awaitIn(added);
            visitor.talks("still here");
        }
    }

    // ---- steps ------------------------------------------------------------------------------------------------------

    private static String office(String... keys) {
        return "[[clients]]\nname = \"office\"\nauth_keys = [\"" + String.join("\", \"", keys) + "\"]\n";
    }

    private TunnelClient officeClient(String key) throws IOException {
        return rig.startReloadingClient("office", officeKeys(key), Rig.proxy("echo", 0, echo.port()));
    }

    private void rewriteOffice(String key) throws IOException {
        rig.clientFile("office", rig.server().port(), officeKeys(key), Rig.proxy("echo", 0, echo.port()));
    }

    private static String officeKeys(String key) {
        return UNWATCHED + "auth_key = \"" + key + "\"";
    }

    private Path rewriteServer(String serverKeys, String rest) throws IOException {
        return rig.serverFile(0, UNWATCHED + serverKeys, rest);
    }

    private void rewriteClient(String clientKeys, String proxies) throws IOException {
        rig.clientFile("client", rig.server().port(), UNWATCHED + clientKeys, proxies);
    }

    private static int port(TunnelClient client) {
        List<Published> published = Rig.ports(client);
        assertThat(published).hasSize(1);
        return published.get(0).port();
    }

    private void awaitTunnels(int count) {
        Awaitility.await()
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> rig.server().metrics().tunnels().open() == count);
    }
}
