package io.tlstunnel.server.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.tlstunnel.wire.SessionRef;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Who gets a port, by the claims of a single node and by those of a cluster. */
@ParameterizedClass
@EnumSource
final class ClaimsTest {
    private static final IngressKey ANY = new IngressKey("0.0.0.0", 2222);
    private static final IngressKey ONE = new IngressKey("192.0.2.1", 2222);
    private static final IngressKey OTHER = new IngressKey("192.0.2.2", 2222);
    private static final SessionRef SESSION = new SessionRef(1, 1, 1);
    private static final SessionRef LATER = new SessionRef(2, 2, 2);
    private static final int RACERS = 50;

    enum Kind {
        LOCAL,
        SHARED
    }

    @Parameter
    private Kind kind = Kind.LOCAL;

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() {
        await(vertx.close());
    }

    private Claims claims() {
        return kind == Kind.LOCAL ? new LocalClaims() : await(SharedClaims.of(vertx));
    }

    private static <T> T await(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
    }

    private static Claim claim(IngressKey key, String client, SessionRef session) {
        return new Claim(key, client, "proxy", session);
    }

    @Test
    void theSecondIsToldWhoWasFirst() {
        Claims claims = claims();
        Claim first = claim(ANY, "a", SESSION);
        assertThat(await(claims.take(first))).isEmpty();
        assertThat(await(claims.take(first))).as("again").isEmpty();
        assertThat(await(claims.take(claim(ANY, "b", LATER)))).contains(first);
        assertThat(await(claims.take(claim(ONE, "b", LATER))))
                .as("inside of all")
                .contains(first);
        assertThat(await(claims.take(claim(new IngressKey("0.0.0.0", 2223), "b", LATER))))
                .isEmpty();
    }

    @Test
    void addressesSideBySideAreNotInEachOthersWay() {
        Claims claims = claims();
        assertThat(await(claims.take(claim(ONE, "a", SESSION)))).isEmpty();
        assertThat(await(claims.take(claim(OTHER, "b", LATER)))).isEmpty();
        assertThat(await(claims.take(claim(ANY, "c", LATER)))).isPresent();
        assertThat(await(claims.at(ANY.port())))
                .containsExactlyInAnyOrder(claim(ONE, "a", SESSION), claim(OTHER, "b", LATER));
        assertThat(await(claims.at(ANY.port() + 1))).isEmpty();
    }

    @Test
    void aLaterSessionOfTheSameClientTakesOver() {
        Claims claims = claims();
        await(claims.take(claim(ANY, "a", SESSION)));
        assertThat(await(claims.take(claim(ANY, "a", LATER)))).isEmpty();
        await(claims.remove(claim(ANY, "a", SESSION)));
        assertThat(await(claims.take(claim(ANY, "b", LATER))))
                .as("the heir keeps it")
                .isPresent();
        await(claims.remove(claim(ANY, "a", LATER)));
        assertThat(await(claims.take(claim(ANY, "b", LATER)))).isEmpty();
    }

    @Test
    void findsTheFirstPortThatIsFreeAndTheSameOneAgain() {
        Claims claims = claims();
        await(claims.take(claim(ANY, "a", SESSION)));
        Claim asking = claim(new IngressKey("0.0.0.0", 0), "b", LATER);
        assertThat(FreePort.find(await(claims.all()), asking, 2222, 2230, port -> port != 2223))
                .contains(2224);
        assertThat(FreePort.find(await(claims.all()), asking, 2222, 2222, port -> true))
                .isEmpty();
        await(claims.take(claim(new IngressKey("0.0.0.0", 2226), "b", LATER)));
        assertThat(FreePort.find(await(claims.all()), asking, 2222, 2230, port -> true))
                .as("another node has picked it for the same proxy")
                .contains(2226);
    }

    @Test
    void ofManyAtOnceOneGetsIt() {
        Claims claims = claims();
        List<Future<Optional<Claim>>> racers = new ArrayList<>();
        for (int i = 0; i < RACERS; i++) {
            racers.add(claims.take(claim(ANY, "client-" + i, new SessionRef(i, i, 1))));
        }
        await(Future.all(racers));
        assertThat(racers.stream().filter(racer -> racer.result().isEmpty())).hasSize(1);
    }
}
