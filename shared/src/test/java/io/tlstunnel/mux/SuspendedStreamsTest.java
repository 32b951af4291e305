package io.tlstunnel.mux;

import static org.assertj.core.api.Assertions.assertThat;

import io.tlstunnel.mux.resume.SessionStreams;
import io.tlstunnel.mux.resume.SuspendedStreams;
import io.tlstunnel.mux.resume.Tombstones;
import io.tlstunnel.mux.resume.TunnelHandle;
import io.tlstunnel.wire.Frame;
import io.tlstunnel.wire.GoAwayCode;
import io.tlstunnel.wire.ResetCode;
import io.tlstunnel.wire.StreamId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who is reset when memory runs low. */
final class SuspendedStreamsTest {
    private static final long MINUTE = 60 * TunnelPair.SECOND;
    private static final int SMALL = 24 * 1024;
    private static final int TOTAL = 256 * 1024;

    private final List<StreamId> reset = new ArrayList<>();
    private final TunnelPair large = new TunnelPair(1, TunnelPair.Shape.usual().budget(TOTAL));
    private final MemoryBudget budget = large.node.budget;
    private final SuspendedStreams suspended = new SuspendedStreams(budget);
    private final SessionStreams streams = SessionStreams.atNode(
            Runnable::run, new Tombstones(Duration.ofMinutes(1), large.timers::nanoTime), suspended, MINUTE);

    /** A stream that is on no tunnel, with a first window of at most that size. */
    private Stream waiting(int windowMax) {
        TunnelSettings settings = TunnelPair.settings(
                TunnelPair.Shape.usual().window(windowMax), TunnelSettings.Role.ANSWERED, windowMax, 0);
        Stream stream = Stream.opening(large.request(), settings, budget);
        stream.leave(large.timers.nanoTime());
        streams.add(stream, new Handle(large), new SameSocket(stream), (over, outcome) -> {
            assertThat(((StreamOutcome.Reset) outcome).code()).isEqualTo(ResetCode.OUT_OF_MEMORY);
            reset.add(over.id());
        });
        streams.waitForTunnel(stream, MINUTE);
        return stream;
    }

    private void useUp() {
        budget.takeForData(TOTAL);
        assertThat(budget.used()).isEqualTo(TOTAL);
    }

    @Test
    void nobodyIsWhileThereIsEnough() {
        waiting(Window.FIRST);
        suspended.relieve();
        assertThat(reset).isEmpty();
    }

    @Test
    void theLargestHolderIsAndNoMoreThanIsNeeded() {
        Stream small = waiting(SMALL);
        Stream one = waiting(Window.FIRST);
        useUp();
        suspended.relieve();
        assertThat(reset).containsExactly(one.id());
        assertThat(small.isSuspended()).isTrue();
        assertThat(budget.used()).isEqualTo(TOTAL - (Window.FIRST - MemoryBudget.FLOOR));
    }

    @Test
    void aStreamThatHasEndedOrHoldsNothingIsNot() {
        Stream over = waiting(Window.FIRST);
        over.abandon(ResetCode.OUT_OF_MEMORY, "for another reason");
        reset.clear();
        waiting(MemoryBudget.FLOOR);
        useUp();
        suspended.relieve();
        assertThat(reset).isEmpty();
    }

    @Test
    void aStreamThatIsOnATunnelIsNot() {
        Stream stream = waiting(Window.FIRST);
        assertThat(large.node.tunnel.reopen(stream)).isTrue();
        useUp();
        suspended.relieve();
        assertThat(reset).isEmpty();
        large.node.tunnel.close(new Frame.GoAway(GoAwayCode.BYE, "", "", 0));
    }

    /** Everything on one thread. */
    private record Handle(TunnelPair pair) implements TunnelHandle {
        @Override
        public Tunnel tunnel() {
            return pair.node.tunnel;
        }

        @Override
        public void run(Runnable task) {
            task.run();
        }

        @Override
        public boolean sharesThread(TunnelHandle other) {
            return true;
        }

        @Override
        public void flushSoon() {
            tunnel().flush();
        }

        @Override
        public long nanoTime() {
            return pair.timers.nanoTime();
        }

        @Override
        public void runLater(long delayNanos, Runnable task) {
            pair.timers.schedule(delayNanos, task);
        }
    }
}
