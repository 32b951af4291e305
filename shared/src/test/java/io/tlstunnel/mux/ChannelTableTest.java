package io.tlstunnel.mux;

import static org.assertj.core.api.Assertions.assertThat;

import io.tlstunnel.wire.Endpoint;
import io.tlstunnel.wire.Frame;
import io.tlstunnel.wire.StreamId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ChannelTableTest {
    private static final int STEPS = 50_000;
    private static final Endpoint NOBODY = new Endpoint(new byte[4], 1);

    private final MemoryBudget budget = new MemoryBudget(0);
    private final TunnelPair pair = new TunnelPair(1, TunnelPair.Shape.usual());
    private final TunnelSettings settings =
            TunnelPair.settings(TunnelPair.Shape.usual(), TunnelSettings.Role.DIALLED, 0, 1);

    /** Few channels collide and shrink often, many grow the table; both parities, and the far end of the numbers. */
    @ParameterizedTest
    @ValueSource(ints = {4, 60, 1_000, 20_000})
    void behavesLikeAMap(int channels) {
        SplittableRandom random = new SplittableRandom(channels);
        ChannelTable table = new ChannelTable();
        Map<Integer, Channel> model = new HashMap<>();
        for (int step = 0; step < STEPS; step++) {
            int channel = (random.nextBoolean() ? 1 : Integer.MAX_VALUE - channels) + random.nextInt(channels);
            if (!model.containsKey(channel) && random.nextInt(5) < 2 + (step / 5_000) % 2) {
                Channel added = channel(channel);
                table.put(added);
                model.put(channel, added);
            } else {
                table.remove(channel);
                model.remove(channel);
            }
            int asked = 1 + random.nextInt(channels);
            assertThat(table.get(asked)).isSameAs(model.get(asked));
            assertThat(table.size()).isEqualTo(model.size());
        }
        assertThat(table.toList()).containsExactlyInAnyOrderElementsOf(model.values());
    }

    @Test
    void listIsACopy() {
        ChannelTable table = new ChannelTable();
        table.put(channel(2));
        List<Channel> list = table.toList();
        table.remove(2);
        assertThat(list).hasSize(1);
        assertThat(table.toList()).isEmpty();
    }

    private Channel channel(int number) {
        Frame.Open open = new Frame.Open(number, new StreamId(1, number), null, "p", 1, NOBODY, NOBODY, 0, 0, 0);
        Channel channel = new Channel(pair.client.tunnel, Stream.opened(open, settings, budget));
        channel.number(number);
        return channel;
    }
}
