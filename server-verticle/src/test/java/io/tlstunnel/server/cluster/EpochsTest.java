package io.tlstunnel.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.tlstunnel.server.tunnel.Epochs;
import io.tlstunnel.server.tunnel.Epochs.Ruling;
import io.tlstunnel.server.tunnel.LocalEpochs;
import io.tlstunnel.wire.SessionRef;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Both kinds of epochs rule alike. */
@ParameterizedClass
@EnumSource
final class EpochsTest {
    private static final int RACERS = 50;

    enum Kind {
        LOCAL,
        SHARED
    }

    @Parameter
    private Kind kind = Kind.LOCAL;

    private final Vertx vertx = Vertx.vertx();
    private final SecureRandom random = new SecureRandom();

    @AfterEach
    void close() {
        await(vertx.close());
    }

    private Epochs epochs() {
        return kind == Kind.LOCAL
                ? new LocalEpochs(random, System::currentTimeMillis)
                : await(SharedEpochs.of(vertx, random));
    }

    private static <T> T await(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
    }

    private static SessionRef counts(Future<Ruling> ruling) {
        assertThat(await(ruling)).isInstanceOf(Ruling.Counts.class);
        return ((Ruling.Counts) ruling.result()).session();
    }

    @Test
    void eachNewSessionIsAboveTheOneBefore() {
        Epochs epochs = epochs();
        SessionRef first = counts(epochs.rule("office", null));
        SessionRef second = counts(epochs.rule("office", null));
        assertThat(first.epoch()).isEqualTo(1);
        assertThat(second.epoch()).isEqualTo(2);
        assertThat(second.id()).isNotEqualTo(first.id());
        assertThat(counts(epochs.rule("home", null)).epoch()).isEqualTo(1);
    }

    @Test
    void theKnownSessionGoesOnAndAnEarlierOneIsSuperseded() {
        Epochs epochs = epochs();
        SessionRef first = counts(epochs.rule("office", null));
        assertThat(counts(epochs.rule("office", first))).isEqualTo(first);
        SessionRef second = counts(epochs.rule("office", null));
        assertThat(await(epochs.rule("office", first))).isInstanceOf(Ruling.Superseded.class);
        SessionRef beside = new SessionRef(7, 7, second.epoch());
        assertThat(await(epochs.rule("office", beside))).isInstanceOf(Ruling.Superseded.class);
    }

    @Test
    void aSessionAboveAllKnownOnesIsAdopted() {
        Epochs epochs = epochs();
        SessionRef proved = new SessionRef(7, 7, 7);
        assertThat(counts(epochs.rule("office", proved))).isEqualTo(proved);
        assertThat(counts(epochs.rule("office", null)).epoch()).isEqualTo(8);
    }

    @Test
    void ofManyAtOnceNoTwoHaveOneEpoch() {
        Epochs epochs = epochs();
        List<Future<Ruling>> racers = new ArrayList<>();
        for (int i = 0; i < RACERS; i++) {
            racers.add(epochs.rule("office", null));
        }
        await(Future.all(racers));
        assertThat(racers.stream().map(racer -> counts(racer).epoch()).distinct())
                .hasSize(RACERS);
    }
}
