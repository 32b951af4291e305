package io.tlstunnel.mux;

import static org.assertj.core.api.Assertions.assertThat;

import io.tlstunnel.mux.ScriptedFarSocket.Ending;
import io.tlstunnel.mux.ScriptedFarSocket.Script;
import io.tlstunnel.wire.Frame;
import io.tlstunnel.wire.ResetCode;
import io.tlstunnel.wire.StreamId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whole lives of many streams at once, over an unkind pipe, from a seed: what the promises of a stream come down to. */
final class RandomStreamsTest {
    private static final int SEEDS = Boolean.getBoolean("tlstunnel.full") ? 1_000 : 100;
    private static final long LONGEST_RUN_NANOS = 3_600 * TunnelPair.SECOND;

    static LongStream seeds() {
        return LongStream.range(0, SEEDS);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void everyByteArrivesOnceAndEveryEndIsHeard(long seed) {
        Run run = new Run(seed);
        run.start();
        assertThat(run.pair.timers.runUntil(run::isOver, LONGEST_RUN_NANOS))
                .as("every stream is over; those that are not: %s", run.unfinished())
                .isTrue();
        run.pair.timers.runFor(TunnelPair.SECOND);
        run.check();
    }

    /** One stream and what is behind its two ends. */
    private static final class Life {
        final ScriptedFarSocket visitor;
        final ScriptedFarSocket service;
        final Script visitorScript;
        final Script serviceScript;
        final boolean refused;

        @Nullable
        StreamOutcome atNode;

        @Nullable
        StreamOutcome atClient;

        Life(TunnelPair pair, Script visitorScript, Script serviceScript, boolean refused) {
            this.visitorScript = visitorScript;
            this.serviceScript = serviceScript;
            this.refused = refused;
            visitor = pair.socket(visitorScript);
            service = pair.socket(serviceScript);
        }

        boolean isOver() {
            return atNode != null && atClient != null;
        }

        boolean isBroken() {
            return refused || visitor.hasFailed() || service.hasFailed();
        }
    }

    private static final class Run {
        final SplittableRandom random;
        final TunnelPair pair;
        final List<Life> lives = new ArrayList<>();
        final Map<StreamId, Life> byId = new HashMap<>();
        int toOpen;

        Run(long seed) {
            random = new SplittableRandom(seed);
            pair = new TunnelPair(seed, shape());
            pair.client.onOpen = this::serve;
            toOpen = 1 + random.nextInt(30);
        }

        private TunnelPair.Shape shape() {
            int window = pick(16 * 1024, 20_000, 64 * 1024, 256 * 1024);
            return new TunnelPair.Shape(
                    window,
                    pick(16 * 1024, 64 * 1024, 256 * 1024),
                    Math.min(window, pick(1024, 16 * 1024, 32 * 1024)),
                    pick(1024, 5_000, 64 * 1024),
                    pick(0, 100_000, 256 << 20),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(10),
                    new PipeCarrier.Pace(
                            random.nextLong(50 * TunnelPair.MILLI),
                            pick(0, 10_000, (int) TunnelPair.MILLI),
                            pick(100, 3_000, 64 * 1024)));
        }

        private int pick(int... choices) {
            return choices[random.nextInt(choices.length)];
        }

        void start() {
            pair.timers.schedule(random.nextLong(10 * TunnelPair.MILLI), this::openNext);
        }

        private void openNext() {
            boolean breaks = random.nextInt(4) == 0;
            Life life = new Life(
                    pair,
                    script(breaks ? Ending.RESET : Ending.FIN, 1),
                    script(breaks && random.nextBoolean() ? Ending.NONE : Ending.FIN, -1),
                    random.nextInt(20) == 0);
            lives.add(life);
            Stream stream = pair.open(life.visitor);
            stream.listener((ended, outcome) -> life.atNode = outcome);
            byId.put(stream.id(), life);
            if (random.nextInt(8) == 0) {
                pair.timers.schedule(random.nextLong(TunnelPair.SECOND), life.service::fail);
            }
            if (lives.size() < toOpen) {
                start();
            }
        }

        private Script script(Ending ending, int sign) {
            long length = random.nextInt(3) == 0 ? random.nextLong(300_000) : random.nextLong(2_000);
            long seed = sign * (lives.size() + 1L);
            return new Script(
                    seed,
                    length,
                    ending,
                    -seed,
                    pick(0, 100_000, (int) (2 * TunnelPair.MILLI), (int) (40 * TunnelPair.MILLI)),
                    pick(1_000, 20_000, 64 * 1024));
        }

        private void serve(Stream stream, Frame.Open open) {
            Life life = Objects.requireNonNull(byId.get(open.stream()));
            stream.listener((ended, outcome) -> life.atClient = outcome);
            pair.timers.schedule(random.nextLong(20 * TunnelPair.MILLI), () -> {
                if (life.refused) {
                    stream.reset(ResetCode.SERVICE_REFUSED, "refused by the script");
                } else {
                    pair.accept(stream, life.service);
                }
            });
        }

        boolean isOver() {
            return lives.size() == toOpen && lives.stream().allMatch(Life::isOver);
        }

        List<String> unfinished() {
            return lives.stream()
                    .filter(life -> !life.isOver())
                    .map(life -> "visitor " + life.visitorScript + " node " + life.atNode + "; service "
                            + life.serviceScript + " client " + life.atClient)
                    .toList();
        }

        void check() {
            lives.forEach(Run::check);
            assertThat(pair.monitor.violations()).isEmpty();
            assertThat(pair.node.closedBecause).isNull();
            assertThat(pair.client.closedBecause).isNull();
            assertThat(pair.node.goAways).isEmpty();
            assertThat(pair.client.goAways).isEmpty();
            assertThat(pair.node.tunnel.streams()).isZero();
            assertThat(pair.client.tunnel.streams()).isZero();
            assertThat(pair.node.budget.used()).as("node's budget").isZero();
            assertThat(pair.client.budget.used()).as("client's budget").isZero();
            pair.close();
            assertThat(pair.unreleased()).as("bytes of unreleased buffers").isZero();
        }

        private static void check(Life life) {
            if (!life.isBroken()) {
                assertThat(life.atNode).isInstanceOf(StreamOutcome.Clean.class);
                assertThat(life.atClient).isInstanceOf(StreamOutcome.Clean.class);
                assertThat(life.service.heard()).isEqualTo(life.visitorScript.length());
                assertThat(life.visitor.heard()).isEqualTo(life.serviceScript.length());
                assertThat(life.visitor.finHeard() && life.service.finHeard()).isTrue();
                assertThat(life.visitor.isClosed() && life.service.isClosed()).isTrue();
                return;
            }
            assertThat(life.service.heard()).isLessThanOrEqualTo(life.visitor.said());
            assertThat(life.visitor.heard()).isLessThanOrEqualTo(life.service.said());
            if (!life.visitor.hasFailed() && !(life.atNode instanceof StreamOutcome.Clean)) {
                assertThat(life.visitor.wasReset())
                        .as("the visitor hears the end")
                        .isTrue();
            }
            if (!life.refused && !life.service.hasFailed() && !(life.atClient instanceof StreamOutcome.Clean)) {
                assertThat(life.service.wasReset())
                        .as("the service hears the end")
                        .isTrue();
            }
        }
    }
}
