package io.tlstunnel.transport.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TokenBucketTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final VirtualTime time = new VirtualTime();

    @Test
    void givesWhatWasSavedAndThenThePace() {
        TokenBucket bucket = new TokenBucket(10, SECOND, time::nanoTime);

        assertThat(taken(bucket)).isEqualTo(10);
        time.pass(Duration.ofMillis(99));
        assertThat(bucket.tryTake(1)).isFalse();
        time.pass(Duration.ofMillis(1));
        assertThat(bucket.tryTake(1)).isTrue();
        assertThat(bucket.tryTake(1)).isFalse();
    }

    @Test
    void savesNoMoreThanItMay() {
        TokenBucket bucket = new TokenBucket(10, SECOND, time::nanoTime);
        time.pass(Duration.ofHours(1));

        assertThat(taken(bucket)).isEqualTo(10);
    }

    @Test
    void saysHowLongToWaitForWhatIsNotThere() {
        TokenBucket bucket = new TokenBucket(1000, SECOND, time::nanoTime);

        assertThat(bucket.take(1000)).isZero();
        assertThat(bucket.take(500)).isEqualTo(SECOND / 2);
        assertThat(bucket.take(500)).isEqualTo(SECOND);
        time.pass(Duration.ofMillis(250));
        assertThat(bucket.take(1)).isEqualTo(SECOND - SECOND / 4 + SECOND / 1000);
    }

    @Test
    void takesBackWhatNobodyUsed() {
        TokenBucket bucket = new TokenBucket(1000, SECOND, time::nanoTime);
        bucket.take(1500);
        bucket.putBack(500);

        assertThat(bucket.take(1)).isEqualTo(SECOND / 1000);
    }

    @Test
    void goesOnAtAnotherPace() {
        TokenBucket bucket = new TokenBucket(10, SECOND, time::nanoTime);
        assertThat(taken(bucket)).isEqualTo(10);
        bucket.perSecond(1000);
        time.pass(Duration.ofMillis(100));

        assertThat(taken(bucket)).isEqualTo(100);
    }

    @Test
    void keepsThePaceOverAnOverflowOfTheClock() {
        TokenBucket bucket = new TokenBucket(10, SECOND, time::nanoTime);
        int taken = 0;
        for (int i = 0; i < 100; i++) {
            taken += taken(bucket);
            time.pass(Duration.ofMillis(100));
        }

        assertThat(taken).isEqualTo(10 + 99);
    }

    @Test
    void losesNoTokenBetweenThreads() throws InterruptedException {
        TokenBucket bucket = new TokenBucket(1000, SECOND, () -> 0);
        AtomicLong taken = new AtomicLong();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Thread thread = new Thread(() -> taken.addAndGet(taken(bucket)));
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(taken).hasValue(1000);
    }

    private static int taken(TokenBucket bucket) {
        int taken = 0;
        while (bucket.tryTake(1)) {
            taken++;
        }
        return taken;
    }
}
