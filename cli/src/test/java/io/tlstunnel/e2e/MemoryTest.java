package io.tlstunnel.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tlstunnel.config.Engine.DataPath;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What both ends hold for readers that stand still, and for streams at rest: by Netty's own count, and by /proc. */
@Tag("alone")
@Tag("slow")
@EnabledOnOs(OS.LINUX)
@Timeout(value = 10, unit = TimeUnit.MINUTES)
@EnabledIfSystemProperty(named = "tlstunnel.full", matches = "true", disabledReason = "the gate has no time for it")
final class MemoryTest {
    private static final int STALLED = 1_000;
    private static final long BUDGET_MIB = 64;
    private static final long BEYOND_MIB = 32;
    private static final Duration LONGEST_ANSWER = Duration.ofSeconds(3);

    private static final int IDLE = 9_500;
    private static final int CARRIED = 100 * 1024;
    private static final int WARM_UP = 1_000;

    /** The goal. */
    private static final double KIB_A_STREAM = 10;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @Test
    void stalledReadersAndAFloodStayWithinTheBudgetAndTouchNobody() throws IOException {
        String budget = "memory_budget = \"" + BUDGET_MIB + "MiB\"\n";
        try (OpenSsh ssh = OpenSsh.start(folder);
                Crowd warmUp = new Crowd(CARRIED);
                Stalled visitors = new Stalled(EnumSet.of(Flows.Way.DOWN));
                Stalled flood = new Stalled(EnumSet.of(Flows.Way.UP));
                TwoEnds ends = TwoEnds.start(folder, DataPath.FAST, budget)) {
            ends.dial(
                    ends.server().tunnelPort(),
                    budget,
                    Rig.proxy("ssh", 0, ssh.port())
                            + Rig.proxy("warm-up", 0, warmUp.servicePort())
                            + Rig.proxy("visitors", 0, visitors.servicePort())
                            + Rig.proxy("flood", 0, flood.servicePort()));
            ssh.through(ends.port("ssh"));
            try (Shell shell = new Shell(ssh.session());
                    Typist typist = Typist.at(shell)) {
                warmUp.pass(ends.port("warm-up"), WARM_UP);
                Growth server = Growth.of(ends.server(), Footprint::ofServer);
                Growth client = Growth.of(ends.client(), Footprint::ofClient);
                typist.mark();
                int answered = typist.answered();

                flood.come(ends.port("flood"), 1);
                visitors.come(ends.port("visitors"), STALLED);
                flood.awaitStandstill();
                visitors.awaitStandstill();

                server.print("server, " + STALLED + " stalled");
                client.print("client, " + STALLED + " stalled");
                Duration longest = typist.longestWait();
                System.out.printf(
                        "figures: the session beside it had %d answers, the slowest after %d ms%n",
                        typist.answered() - answered, longest.toMillis());
                assertThat(typist.answered()).isGreaterThan(answered);
                assertThat(longest).isLessThan(LONGEST_ANSWER);
                server.assertWithin(BUDGET_MIB + BEYOND_MIB);
                client.assertWithin(BUDGET_MIB + BEYOND_MIB);
            }
        }
    }

    @Test
    void streamsAtRestCostLittleWhateverTheyHaveCarried() throws IOException {
        try (Crowd crowd = new Crowd(CARRIED);
                TwoEnds ends = TwoEnds.start(folder, DataPath.FAST, "")) {
            ends.dial(ends.server().tunnelPort(), "", Rig.proxy("crowd", 0, crowd.servicePort()));
            int port = ends.port("crowd");
            crowd.pass(port, WARM_UP);
            Growth server = Growth.of(ends.server(), Footprint::ofServer);
            Growth client = Growth.of(ends.client(), Footprint::ofClient);

            crowd.come(port, IDLE);
            server.awaitRest();
            client.awaitRest();
            print("as they are", server, client);
            ends.server().collectGarbage();
            ends.client().collectGarbage();
            print("after a collection", server, client);

            assertThat(crowd.isWhole()).as("all streams are open").isTrue();
            assertThat(server.residentKib() / IDLE).isLessThanOrEqualTo(KIB_A_STREAM);
            assertThat(client.residentKib() / IDLE).isLessThanOrEqualTo(KIB_A_STREAM);
        }
    }

    private static void print(String when, Growth server, Growth client) {
        System.out.printf(
                Locale.ROOT,
                "figures: %d streams at rest that have carried 100 KiB each way, %s: server %.1f, client %.1f KiB a stream%n",
                IDLE,
                when,
                server.residentKib() / IDLE,
                client.residentKib() / IDLE);
        server.print("server");
        client.print("client");
    }
}
