package io.tlstunnel.mux;

import static io.tlstunnel.mux.RelayRig.SECOND;
import static io.tlstunnel.mux.RelayRig.first;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tlstunnel.mux.relay.Links;
import io.tlstunnel.mux.relay.Relay;
import io.tlstunnel.mux.relay.RelayBudget;
import io.tlstunnel.wire.Frame;
import io.tlstunnel.wire.ResetCode;
import io.tlstunnel.wire.ResumeAnswer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class RelayTest {
    private static final int FLOOR = 4 * 1024;
    private static final long PLENTY = RelayBudget.DEFAULT;
    private static final int BULK = 1 << 20;

    private RelayRig rig = new RelayRig(PLENTY, FLOOR / 2);

    @AfterEach
    void everythingIsGivenBack() {
        assertThat(rig.close()).as("bytes of buffers").isZero();
        assertThat(rig.budget.used()).as("bytes of the budget").isZero();
    }

    @Test
    void carriesBothWaysAndForgetsTheChannelBehindBothFins() {
        ScriptedFarSocket visitor = rig.socket(1, BULK);
        ScriptedFarSocket service = rig.socket(-1, BULK);
        rig.serve(service);
        rig.open(visitor);

        assertThat(rig.timers.runUntil(() -> visitor.isClosed() && service.isClosed(), 60 * SECOND))
                .isTrue();
        assertThat(visitor.heard()).isEqualTo(BULK);
        assertThat(service.heard()).isEqualTo(BULK);
        assertThat(rig.ingress.tunnel.streams()).isZero();
        rig.timers.runFor(SECOND);
        assertThat(rig.relaysLink.tunnel.streams() + rig.relaysTunnel.tunnel.streams())
                .isZero();
        assertThat(rig.budget.used()).isZero();
    }

    @Test
    void passesOpenOnThoughTheVisitorWaitsForTheServiceToSpeak() {
        ScriptedFarSocket visitor = rig.silent(1);
        rig.serve(rig.socket(-1, 5_000));
        Stream stream = rig.open(visitor);
        rig.timers.runFor(SECOND);

        assertThat(visitor.heard()).isEqualTo(5_000);
        stream.reset(ResetCode.CANCELLED, "the test is over");
        rig.timers.runFor(SECOND);
    }

    @Test
    void lowersWhatOpenAndOpenedAllow() {
        rig.serve(rig.socket(-1, 0));
        rig.open(rig.socket(1, 0));
        rig.timers.runFor(SECOND);

        Frame.Open in = first(rig.onLink, Frame.Open.class);
        Frame.Open out = first(rig.onTunnel, Frame.Open.class);
        assertThat(in.session()).isEqualTo(RelayRig.SESSION);
        assertThat(out.session()).isNull();
        assertThat(in.allowed()).isEqualTo(Window.FIRST);
        assertThat(out.allowed()).isLessThanOrEqualTo(16 * 1024);
        assertThat(first(rig.onTunnel, Frame.Opened.class).allowed()).isEqualTo(Window.FIRST);
        assertThat(first(rig.onLink, Frame.Opened.class).allowed()).isLessThanOrEqualTo(FLOOR);
    }

    @Test
    void letsInNoMoreThanItsBudgetWhileTheTunnelTakesNothing() {
        rig = new RelayRig(100_000, FLOOR / 2);
        rig.client.onOpen = stream -> stream.accept(started(stream));
        List<Stream> streams = new ArrayList<>();
        for (int i = 1; i <= 5; i++) {
            streams.add(rig.open(rig.socket(1, BULK)));
        }
        rig.timers.runFor(60 * RelayRig.MILLI);
        rig.relaysTunnel.carrier.highWater(0);
        long before = streams.stream().mapToLong(Stream::bytesSent).sum();
        rig.timers.runFor(5 * SECOND);

        assertThat(streams.stream().mapToLong(Stream::bytesSent).sum() - before)
                .isBetween(20_000L, 100_000 + 5L * FLOOR);
        assertThat(rig.budget.used()).isLessThanOrEqualTo(rig.budget.total());
    }

    @Test
    void refusesAsBusyWhatItsBudgetDoesNotReachFor() {
        rig = new RelayRig(1_000, 8 * 1024);
        Stream stream = rig.open(rig.socket(1, 5_000));
        rig.timers.runFor(SECOND);

        assertThat(rig.ingress.refusals).containsExactly(ResetCode.BUSY);
        assertThat(rig.onTunnel).noneMatch(Frame.Open.class::isInstance);
        assertThat(stream.isSuspended()).isTrue();
        assertThat(stream.isUnanswered()).isTrue();
        stream.abandon(ResetCode.CANCELLED, "the test is over");
    }

    @Test
    void opensNoMoreChannelsThanTheClientMayHaveStreams() {
        rig.client.onOpen = stream -> stream.accept(started(stream));
        for (int i = 0; i < RelayRig.MOST_CHANNELS; i++) {
            rig.open(rig.socket(1, BULK));
        }
        Stream oneTooMany = rig.open(rig.socket(1, BULK));
        rig.timers.runFor(20 * RelayRig.MILLI);

        assertThat(rig.relaysTunnel.tunnel.streams()).isEqualTo(RelayRig.MOST_CHANNELS);
        assertThat(oneTooMany.isFinished()).isTrue();
        assertThat(first(rig.onLink, Frame.Reset.class).code()).isEqualTo(ResetCode.LIMIT);
    }

    /** A service that says nothing. */
    private ScriptedFarSocket started(Stream stream) {
        ScriptedFarSocket service = rig.socket(-1, 0);
        service.start(stream);
        return service;
    }

    @Test
    void aRefusedStreamGoesOnFromItsFirstByteWhenItIsOpenedAgain() {
        rig.hasSession = false;
        ScriptedFarSocket visitor = rig.socket(1, 5_000);
        ScriptedFarSocket service = rig.socket(-1, 0);
        rig.serve(service);
        Stream stream = rig.open(visitor);
        rig.timers.runFor(SECOND);
        assertThat(rig.ingress.refusals).containsExactly(ResetCode.NOT_HERE);

        rig.hasSession = true;
        assertThat(rig.ingress.tunnel.reopen(stream)).isTrue();
        rig.ingress.tunnel.flush();
        assertThat(rig.timers.runUntil(() -> visitor.isClosed() && service.isClosed(), 10 * SECOND))
                .isTrue();
        assertThat(service.heard()).isEqualTo(5_000);
        assertThat(first(rig.onTunnel, Frame.Open.class).attempt()).isEqualTo(1);
    }

    @Test
    void aLostLinkDetachesTheClient() {
        rig.serve(rig.socket(-1, BULK));
        rig.open(rig.socket(1, BULK));
        rig.timers.runFor(100 * RelayRig.MILLI);
        rig.ingress.carrier.breakOff(0, 0);
        rig.timers.runFor(SECOND);

        assertThat(rig.client.detached).hasSize(1);
        assertThat(rig.budget.used()).isZero();
    }

    @Test
    void aLostTunnelDetachesTheIngress() {
        rig.serve(rig.socket(-1, BULK));
        rig.open(rig.socket(1, BULK));
        rig.timers.runFor(100 * RelayRig.MILLI);
        rig.client.carrier.breakOff(0, 0);
        rig.timers.runFor(SECOND);

        assertThat(rig.ingress.detached).hasSize(1);
        assertThat(rig.budget.used()).isZero();
    }

    @Test
    void passesResumeToTheIngressAndLowersWhatBothSidesAllow() {
        ScriptedFarSocket visitor = rig.socket(1, BULK);
        ScriptedFarSocket service = rig.socket(-1, BULK);
        rig.serve(service);
        Stream atIngress = rig.open(visitor);
        rig.timers.runFor(100 * RelayRig.MILLI);
        leaveTheChannels(atIngress);
        rig.ingress.onResume =
                entry -> assertThat(rig.ingress.tunnel.answer(atIngress, entry)).isTrue();
        assertThat(rig.client.tunnel.resume(rig.client.detached.remove(0))).isTrue();
        rig.client.tunnel.flush();

        assertThat(rig.timers.runUntil(() -> visitor.isClosed() && service.isClosed(), 60 * SECOND))
                .isTrue();
        assertThat(visitor.heard()).isEqualTo(BULK);
        assertThat(service.heard()).isEqualTo(BULK);
        var asked = first(rig.onTunnel, Frame.Resume.class).streams().get(0);
        var passed = first(rig.onLink, Frame.Resume.class).streams().get(0);
        assertThat(asked.session()).isNull();
        assertThat(passed.session()).isEqualTo(RelayRig.SESSION);
        assertThat(passed.received()).isEqualTo(asked.received());
        assertThat(passed.allowed()).isLessThan(asked.allowed());
        var answered = first(rig.onLink, Frame.Resumed.class).streams().get(0);
        var passedBack = first(rig.onTunnel, Frame.Resumed.class).streams().get(0);
        assertThat(passedBack.received()).isEqualTo(answered.received());
        assertThat(passedBack.allowed()).isLessThan(answered.allowed());
    }

    /** Both ends lose their channel, while link and tunnel live. */
    private void leaveTheChannels(Stream atIngress) {
        Tunnel.release(atIngress, rig.timers.nanoTime());
        rig.timers.runFor(100 * RelayRig.MILLI);
        assertThat(rig.client.detached).hasSize(1);
    }

    @Test
    void answersUnreachableWithoutALinkAndGoneWhenTheIngressIsNoMember() {
        rig.serve(rig.socket(-1, BULK));
        rig.open(rig.socket(1, BULK));
        rig.timers.runFor(100 * RelayRig.MILLI);
        rig.ingress.carrier.breakOff(0, 0);
        rig.timers.runFor(SECOND);
        Stream stream = rig.client.detached.remove(0);

        rig.client.tunnel.resume(stream);
        rig.client.tunnel.flush();
        rig.timers.runFor(SECOND);
        assertThat(rig.client.unreachable).containsExactly(stream);

        rig.gone = true;
        rig.client.tunnel.resume(stream);
        rig.client.tunnel.flush();
        rig.timers.runFor(SECOND);
        assertThat(stream.isFinished()).isTrue();
        assertThat(rig.onTunnel)
                .anyMatch(frame -> frame instanceof Frame.Resumed resumed
                        && resumed.streams().get(0).answer() == ResumeAnswer.GONE);
    }

    @Test
    void aLinkThatDiesWhileItIsAskedIsUnreachable() {
        rig.serve(rig.socket(-1, BULK));
        Stream atIngress = rig.open(rig.socket(1, BULK));
        rig.timers.runFor(100 * RelayRig.MILLI);
        leaveTheChannels(atIngress);
        Stream stream = rig.client.detached.remove(0);
        rig.ingress.onResume = entry -> rig.ingress.carrier.breakOff(0, 0);
        rig.client.tunnel.resume(stream);
        rig.client.tunnel.flush();
        rig.timers.runFor(SECOND);

        assertThat(rig.client.unreachable).containsExactly(stream);
        stream.abandon(ResetCode.CANCELLED, "the test is over");
        atIngress.abandon(ResetCode.CANCELLED, "the test is over");
    }

    @Test
    void neverPassesOnToALink() {
        assertThatThrownBy(() -> new Relay(rig.ingress.tunnel, RelayRig.SESSION, rig.budget, NO_LINKS, 1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static final Links NO_LINKS = new Links() {
        @Override
        public Tunnel find(long incarnation) {
            throw new AssertionError("nobody asks");
        }

        @Override
        public boolean isGone(long incarnation) {
            return true;
        }
    };
}
