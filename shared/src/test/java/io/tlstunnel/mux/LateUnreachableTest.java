package io.tlstunnel.mux;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.tlstunnel.wire.Frame;
import io.tlstunnel.wire.FrameEncoder;
import io.tlstunnel.wire.ResumeAnswer;
import io.tlstunnel.wire.ResumeEntry;
import io.tlstunnel.wire.ResumedEntry;
import io.tlstunnel.wire.StreamId;
import io.tlstunnel.wire.StreamState;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** A client's stream whose time runs out while it asks to go on. */
class LateUnreachableTest {
    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000 * MILLI;

    private final FuzzEnd client = new FuzzEnd(
            new FuzzShape(
                    FuzzEnd.Kind.CLIENT, TunnelSettings.Role.DIALLED, true, 0, 1_000, 1_000, 1_000, 0, 100, false),
            new SplittableRandom(1));
    private final List<ResumeEntry> asked = new ArrayList<>();

    private final FuzzTunnel.Watcher node = new FuzzTunnel.Watcher() {
        @Override
        public void heard(FuzzTunnel tunnel, Frame frame) {
            if (frame instanceof Frame.Resume resume) {
                asked.addAll(resume.streams());
            }
        }

        @Override
        public void closes(FuzzTunnel tunnel) {
            // Told by the test.
        }

        @Override
        public void closed(FuzzTunnel tunnel, String reason) {
            // Done by the test.
        }
    };

    @Test
    void endsThoughItIsToldToAskAgain() {
        FuzzTunnel first = connect();
        say(first, open());
        client.timers.runFor(100 * MILLI);
        first.carrier.lose();
        first.tunnel().closed("lost");
        client.timers.runFor(FuzzShape.RESUME_TIMEOUT.toNanos() - SECOND);

        FuzzTunnel second = connect();
        client.timers.runFor(2 * SECOND);
        second.ear.feed(second.carrier.read());
        assertThat(asked).hasSize(1);
        ResumeEntry entry = asked.get(0);
        say(
                second,
                new Frame.Resumed(List.of(new ResumedEntry(
                        entry.stream(),
                        entry.channel(),
                        entry.attach(),
                        ResumeAnswer.UNREACHABLE,
                        0,
                        0,
                        new StreamState.Open()))));
        client.timers.runFor(100 * MILLI);

        assertThat(client.streams.size()).isZero();
        assertThat(client.lives)
                .singleElement()
                .satisfies(life -> assertThat(life.ended).isInstanceOf(StreamOutcome.Reset.class));
        second.carrier.lose();
        second.tunnel().closed("lost");
        client.timers.runFor(SECOND);
        assertThat(client.leftOver()).isNull();
    }

    private FuzzTunnel connect() {
        FuzzTunnel tunnel = new FuzzTunnel(client, node);
        tunnel.carrier.allow(Integer.MAX_VALUE);
        client.streams.up(tunnel);
        return tunnel;
    }

    private static Frame open() {
        io.tlstunnel.wire.Endpoint nobody = new io.tlstunnel.wire.Endpoint(new byte[4], 1);
        return new Frame.Open(2, new StreamId(2, 1), null, "p", 1, nobody, nobody, 1_000, 1, 0);
    }

    private static void say(FuzzTunnel tunnel, Frame frame) {
        tunnel.tunnel().received(Unpooled.wrappedBuffer(FrameEncoder.toArray(frame)));
        tunnel.tunnel().readComplete();
    }
}
