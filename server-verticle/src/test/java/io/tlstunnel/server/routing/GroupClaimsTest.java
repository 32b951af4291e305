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

/** Who may share a port, by the claims of a single node and by those of a cluster. */
@ParameterizedClass
@EnumSource
final class GroupClaimsTest {
    private static final IngressKey KEY = new IngressKey("0.0.0.0", 8080);
    private static final IngressKey INSIDE = new IngressKey("192.0.2.1", 8080);
    private static final Group WEB = new Group("web", "0123");
    private static final Group WEB_OF_OTHERS = new Group("web", "4567");
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

    private static Claim of(String client, Group group) {
        return new Claim(KEY, client, "proxy", SESSION, group);
    }

    private static Claim alone(String client) {
        return new Claim(KEY, client, "proxy", SESSION);
    }

    @Test
    void membersStandSideBySide() {
        Claims claims = claims();
        assertThat(await(claims.take(of("a", WEB)))).isEmpty();
        assertThat(await(claims.take(of("b", WEB)))).isEmpty();
        assertThat(await(claims.take(of("a", WEB)))).as("again").isEmpty();
        assertThat(await(claims.all())).containsExactlyInAnyOrder(of("a", WEB), of("b", WEB));
    }

    @Test
    void whoShowsAnotherKeyOrNoneIsToldWhoHoldsIt() {
        Claims claims = claims();
        await(claims.take(of("a", WEB)));
        assertThat(await(claims.take(of("b", WEB_OF_OTHERS)))).contains(of("a", WEB));
        assertThat(await(claims.take(of("b", new Group("mail", "0123"))))).contains(of("a", WEB));
        assertThat(await(claims.take(alone("b")))).contains(of("a", WEB));
        assertThat(await(claims.take(new Claim(INSIDE, "b", "proxy", SESSION, WEB))))
                .as("inside of all addresses")
                .contains(of("a", WEB));
    }

    @Test
    void aPortOfOneClientIsNoGroups() {
        Claims claims = claims();
        await(claims.take(alone("a")));
        assertThat(await(claims.take(of("b", WEB)))).contains(alone("a"));
    }

    @Test
    void eachMemberLeavesForItself() {
        Claims claims = claims();
        await(claims.take(of("a", WEB)));
        await(claims.take(of("b", WEB)));
        await(claims.remove(of("a", WEB)));
        assertThat(await(claims.take(alone("c")))).contains(of("b", WEB));
        await(claims.remove(of("b", WEB)));
        assertThat(await(claims.take(alone("c")))).isEmpty();
    }

    @Test
    void aLaterSessionTakesTheClaimOfItsOwnClientOnly() {
        Claims claims = claims();
        await(claims.take(of("a", WEB)));
        await(claims.take(of("b", WEB)));
        Claim later = new Claim(KEY, "a", "proxy", LATER, WEB);
        assertThat(await(claims.take(later))).isEmpty();
        assertThat(await(claims.all())).containsExactlyInAnyOrder(later, of("b", WEB));
        assertThat(await(claims.take(new Claim(KEY, "a", "proxy", LATER, WEB_OF_OTHERS))))
                .as("the others are still there")
                .isPresent();
    }

    @Test
    void ofManyAtOnceAllMembersGetIt() {
        Claims claims = claims();
        List<Future<Optional<Claim>>> racers = new ArrayList<>();
        for (int i = 0; i < RACERS; i++) {
            racers.add(claims.take(of("client-" + i, WEB)));
        }
        await(Future.all(racers));
        assertThat(racers).allMatch(racer -> racer.result().isEmpty());
        assertThat(await(claims.all())).hasSize(RACERS);
    }
}
