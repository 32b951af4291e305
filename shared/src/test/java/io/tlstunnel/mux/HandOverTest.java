package io.tlstunnel.mux;

import static org.assertj.core.api.Assertions.assertThat;

import io.tlstunnel.mux.ScriptedFarSocket.Ending;
import io.tlstunnel.mux.ScriptedFarSocket.Script;
import io.tlstunnel.wire.ResetCode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A connection whose service was not reached goes to another one, as a stream of its own, and loses nothing. */
final class HandOverTest {
    private static final long MILLI = TunnelPair.MILLI;
    private static final long SECOND = TunnelPair.SECOND;

    private final TunnelPair pair = new TunnelPair(1, TunnelPair.Shape.usual());
    private final List<StreamOutcome> ends = new ArrayList<>();
    private final List<ScriptedFarSocket> services = new ArrayList<>();
    private int refusals;

    @AfterEach
    void nothingIsKept() {
        assertThat(pair.monitor.violations()).isEmpty();
        pair.close();
        assertThat(pair.unreleased()).as("bytes of unreleased buffers").isZero();
        assertThat(pair.node.budget.used()).isZero();
        assertThat(pair.client.budget.used()).isZero();
    }

    private static Script script(long length) {
        return new Script(1, length, Ending.FIN, 1, MILLI / 10, 64 * 1024);
    }

    /** The first {@code refused} streams find no service, the others do. */
    private void services(int refused, ResetCode code, long afterNanos, long says) {
        pair.client.onOpen = (stream, open) -> {
            if (refusals++ < refused) {
                pair.timers.schedule(afterNanos, () -> {
                    stream.reset(code, "nobody listens there");
                    pair.client.tunnel.readComplete();
                });
            } else {
                ScriptedFarSocket service = pair.socket(script(says));
                services.add(service);
                pair.accept(stream, service);
            }
        };
    }

    private Stream open(ScriptedFarSocket visitor, int others) {
        Stream stream = pair.open(visitor);
        watch(stream, visitor, others);
        return stream;
    }

    private void watch(Stream stream, ScriptedFarSocket visitor, int others) {
        stream.listener((over, outcome) -> ends.add(outcome));
        stream.fallback((refused, code) -> {
            if (others > 0) {
                Stream heir = refused.handOver(pair.request(), pair.timers.nanoTime());
                visitor.start(heir);
                visitor.onConsumed(
                        total -> pair.monitor.consumed(Monitor.Side.NODE, heir.id(), total, visitor::isOver));
                watch(heir, visitor, others - 1);
                pair.timers.schedule(MILLI, () -> {
                    pair.node.tunnel.reopen(heir);
                    pair.node.tunnel.flush();
                });
            }
            return others > 0;
        });
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "100, 0", "100, 50", "20000, 0", "20000, 1000", "500000, 0", "500000, 1000"})
    void allThatCameBeforeGoesToTheNext(long said, long afterMillis) {
        services(2, ResetCode.SERVICE_REFUSED, afterMillis * MILLI, 5);
        ScriptedFarSocket visitor = pair.socket(script(said));
        open(visitor, 5);
        assertThat(pair.timers.runUntil(() -> ends.size() == 3, 30 * SECOND)).isTrue();
        assertThat(services.get(0).heard()).isEqualTo(said);
        assertThat(services.get(0).finHeard()).isTrue();
        assertThat(visitor.heard()).isEqualTo(5);
        assertThat(visitor.wasReset()).isFalse();
        assertThat(ends.get(2)).isInstanceOf(StreamOutcome.Clean.class);
        assertThat(ends.subList(0, 2)).hasOnlyElementsOfType(StreamOutcome.Reset.class);
        pair.timers.runFor(SECOND);
        assertThat(pair.node.tunnel.streams()).isZero();
        assertThat(pair.client.tunnel.streams()).isZero();
    }

    @Test
    void whenNobodyIsLeftTheVisitorHearsIt() {
        services(9, ResetCode.SERVICE_UNREACHABLE, 0, 5);
        ScriptedFarSocket visitor = pair.socket(script(100));
        open(visitor, 1);
        assertThat(pair.timers.runUntil(() -> ends.size() == 2, 30 * SECOND)).isTrue();
        pair.timers.runFor(SECOND);
        assertThat(visitor.wasReset()).isTrue();
        assertThat(refusals).isEqualTo(2);
    }

    @Test
    void aVisitorThatLeavesOnTheWayIsGone() {
        services(1, ResetCode.LIMIT, 0, 5);
        ScriptedFarSocket visitor = pair.socket(script(100));
        open(visitor, 1);
        pair.timers.runUntil(() -> ends.size() == 1, SECOND);
        visitor.fail();
        assertThat(pair.timers.runUntil(() -> ends.size() == 2, SECOND)).isTrue();
        pair.timers.runFor(SECOND);
    }

    @Test
    void whatAServiceHasTakenIsNotTriedElsewhere() {
        pair.client.onOpen = (stream, open) -> {
            ScriptedFarSocket service = pair.socket(new Script(1, 0, Ending.NONE, 1, MILLI / 10, 64 * 1024));
            services.add(service);
            pair.accept(stream, service);
            pair.timers.schedule(SECOND, () -> {
                stream.reset(ResetCode.SERVICE_UNREACHABLE, "too late");
                pair.client.tunnel.readComplete();
            });
        };
        ScriptedFarSocket visitor = pair.socket(script(100));
        open(visitor, 5);
        assertThat(pair.timers.runUntil(() -> ends.size() == 1, 5 * SECOND)).isTrue();
        pair.timers.runFor(SECOND);
        assertThat(ends).hasSize(1);
        assertThat(visitor.wasReset()).isTrue();
    }

    @Test
    void whatWasResetOtherwiseIsNotTriedElsewhere() {
        services(1, ResetCode.CONNECTION_RESET, 0, 5);
        open(pair.socket(script(100)), 5);
        pair.timers.runFor(5 * SECOND);
        assertThat(ends).hasSize(1);
        assertThat(services).isEmpty();
    }
}
