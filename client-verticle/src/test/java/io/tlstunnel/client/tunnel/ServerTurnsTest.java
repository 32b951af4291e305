package io.tlstunnel.client.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.tlstunnel.config.HostPort;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which server is dialled next. */
final class ServerTurnsTest {
    private static final HostPort A = new HostPort("a", 443);
    private static final HostPort B = new HostPort("b", 443);
    private static final HostPort C = new HostPort("c", 443);
    private static final List<HostPort> SERVERS = List.of(A, B, C);

    private final ServerTurns turns = new ServerTurns();

    @Test
    void takesTurnsFromTheFirst() {
        assertThat(turns.in(SERVERS)).isEqualTo(A);
        turns.advance();
        assertThat(turns.in(SERVERS)).isEqualTo(B);
        turns.advance();
        turns.advance();
        assertThat(turns.in(SERVERS)).isEqualTo(A);
        turns.advance();
        turns.restart();
        assertThat(turns.in(SERVERS)).isEqualTo(A);
    }

    @Test
    void eachRoundBeginsWithAnotherAddress() {
        assertThat(turns.address(List.of(A))).isZero();
        turns.advance();
        assertThat(turns.address(List.of(A))).isEqualTo(1);
        assertThat(turns.address(SERVERS)).isZero();
    }

    @Test
    void passesOverServersThatAreTaken() {
        turns.advancePast(Set.of(A, B), SERVERS);
        assertThat(turns.in(SERVERS)).isEqualTo(C);
        turns.advancePast(Set.of(A, B), SERVERS);
        assertThat(turns.in(SERVERS)).isEqualTo(C);
    }

    @Test
    void whereAllAreTakenAnyIsGood() {
        turns.advancePast(Set.of(A, B, C), SERVERS);
        assertThat(SERVERS).contains(turns.in(SERVERS));
        turns.restart();
        turns.advancePast(Set.of(A), List.of(A));
        assertThat(turns.in(List.of(A))).isEqualTo(A);
    }
}
