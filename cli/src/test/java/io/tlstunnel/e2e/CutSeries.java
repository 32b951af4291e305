package io.tlstunnel.e2e;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;

/** One cut after the other, each once what goes on through the tunnel moves again. */
final class CutSeries {
    /** After that the client dials again at once, as it does for people. */
    private static final Duration TUNNEL_LIFE = Duration.ofMillis(1_100);

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration LOOK_EVERY = Duration.ofMillis(5);

    private final Network network;
    private final Daemon client;
    private final Typist typist;
    private final Bytes transfer;
    private final CompletableFuture<?> transferred;

    /**
     * @param client says when it has a tunnel
     * @param transferred must not be done before the last cut
     */
    CutSeries(Network network, Daemon client, Typist typist, Bytes transfer, CompletableFuture<?> transferred) {
        this.network = network;
        this.client = client;
        this.typist = typist;
        this.transfer = transfer;
        this.transferred = transferred;
    }

    /** How long the typist had to wait after each. */
    Pauses make(int cuts, Duration silence) {
        Pauses pauses = new Pauses();
        awaitMoving(1);
        for (int i = 0; i < cuts; i++) {
            Cut cut = Cut.ROUND.get(i % Cut.ROUND.size());
            typist.mark();
            cut.make(network);
            if (cut.isSilent()) {
                endSilence(cut, silence, i + 2);
            }
            awaitMoving(i + 2);
            pauses.add(cut, typist.longestWait());
        }
        return pauses;
    }

    /** Only an outage must end before there is a tunnel again. */
    private void endSilence(Cut cut, Duration silence, int tunnels) {
        long begun = System.nanoTime();
        await(
                cut + " before tunnel " + tunnels,
                () -> isOver(begun, silence) && (cut == Cut.OUTAGE || tunnels() == tunnels));
        network.endSilence();
    }

    /** Until the client has had so many tunnels, and the last one has carried both streams on for a while. */
    private void awaitMoving(int tunnels) {
        await("tunnel " + tunnels, () -> tunnels() == tunnels);
        long up = System.nanoTime();
        int answered = typist.answered();
        long received = transfer.received();
        await(
                "both streams move on tunnel " + tunnels,
                () -> isOver(up, TUNNEL_LIFE) && typist.answered() > answered && transfer.received() > received);
    }

    private int tunnels() {
        return client.count(" tunnel up ");
    }

    private static boolean isOver(long since, Duration time) {
        return System.nanoTime() - since > time.toNanos();
    }

    private void await(String what, Callable<Boolean> condition) {
        Awaitility.await(what)
                .atMost(PATIENCE)
                .pollInterval(LOOK_EVERY)
                .failFast("it broke", this::requireWhole)
                .until(condition);
    }

    private void requireWhole() {
        typist.answered();
        if (transferred.isDone()) {
            throw new AssertionError("the transfer ended: " + transferred);
        }
    }
}
