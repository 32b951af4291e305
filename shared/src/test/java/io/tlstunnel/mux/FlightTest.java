package io.tlstunnel.mux;

import static org.assertj.core.api.Assertions.assertThat;

import io.tlstunnel.wire.Frame;
import java.util.ArrayDeque;
import org.junit.jupiter.api.Test;

/** How much a tunnel lets out, on a path of a given speed and length in virtual time. */
final class FlightTest {
    private static final int PIECE = 16 * 1024;
    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000_000_000;

    private final Flight flight = new Flight();
    private long now = 1;
    /** When the last byte sent will have passed the bottleneck. */
    private long bottleneckFree;

    private record Answer(long opaque, long at) {}

    private final ArrayDeque<Answer> answers = new ArrayDeque<>();

    /** Sends all that it may for a second; returns what passed. */
    private long sendForASecond(long bytesPerSecond, long roundTrip) {
        long end = now + SECOND;
        long before = flight.sent();
        while (now < end) {
            while (flight.hasRoom()) {
                flight.sent(PIECE);
                bottleneckFree = Math.max(now, bottleneckFree) + PIECE * SECOND / bytesPerSecond;
                if (flight.probeDue() || flight.isUnknown()) {
                    answers.addLast(new Answer(flight.probe(now).opaque(), bottleneckFree + roundTrip));
                }
            }
            Answer answer = answers.removeFirst();
            now = Math.max(now, answer.at());
            assertThat(flight.answered(answer.opaque(), now)).isEqualTo(now - answer.opaque());
        }
        return flight.sent() - before;
    }

    @Test
    void fillsALongPath() {
        long bytesPerSecond = 12_500_000;
        sendForASecond(bytesPerSecond, 100 * MILLI);
        sendForASecond(bytesPerSecond, 100 * MILLI);
        assertThat(sendForASecond(bytesPerSecond, 100 * MILLI)).isGreaterThan(bytesPerSecond * 9 / 10);
    }

    @Test
    void leavesNoMoreThanARoundTripInTheQueue() {
        for (int i = 0; i < 10; i++) {
            sendForASecond(12_500_000, 100 * MILLI);
        }
        assertThat(bottleneckFree - now).isLessThan(110 * MILLI);
    }

    @Test
    void letsOutTheLeastOnAShortPath() {
        sendForASecond(1_000_000_000, MILLI / 20);
        long before = flight.sent();
        while (flight.hasRoom()) {
            flight.sent(PIECE);
        }
        assertThat(flight.sent() - before).isLessThanOrEqualTo(Flight.LEAST + PIECE);
    }

    @Test
    void oneAnswerStandsForAllBefore() {
        flight.sent(Flight.LEAST / 2);
        flight.probe(1);
        flight.sent(Flight.LEAST / 2);
        Frame.Ping last = flight.probe(2);
        assertThat(flight.hasRoom()).isFalse();
        assertThat(flight.answered(last.opaque(), 10)).isEqualTo(8);
        assertThat(flight.hasRoom()).isTrue();
        assertThat(flight.answered(1, 11)).isEqualTo(-1);
    }

    private void ask(int times, long roundTrip) {
        for (int i = 0; i < times; i++) {
            assertThat(flight.roundTripDue(now)).isTrue();
            long asked = flight.probe(now).opaque();
            assertThat(flight.roundTripDue(now)).as("one is on its way").isFalse();
            now += roundTrip;
            flight.answered(asked, now);
        }
    }

    @Test
    void believesInALongPathAfterAFewAnswersOnly() {
        ask(2, 200 * MILLI);
        assertThat(flight.isLong()).isFalse();
        ask(1, 200 * MILLI);
        assertThat(flight.isLong()).isTrue();
    }

    @Test
    void believesInALongPathAfterSomeTimeOnly() {
        ask(83, 3 * MILLI);
        assertThat(flight.isLong()).isFalse();
        ask(1, 3 * MILLI);
        assertThat(flight.isLong()).isTrue();
    }

    @Test
    void believesInALongPathNoLongerThanItIsOne() {
        ask(100, 3 * MILLI);
        ask(1, MILLI);
        assertThat(flight.isLong()).isFalse();
        assertThat(flight.roundTrip()).isEqualTo(MILLI);
        assertThat(flight.roundTripDue(now)).as("well known").isFalse();
    }

    @Test
    void keepsFewPingsOfAPeerThatNeverAnswers() {
        for (int i = 0; i < 1_000; i++) {
            flight.probe(i);
        }
        assertThat(flight.answered(0, 2_000)).isEqualTo(-1);
        assertThat(flight.answered(999, 2_000)).isEqualTo(1_001);
    }
}
