package io.tlstunnel.mux.resume;

import io.tlstunnel.mux.Stream;
import io.tlstunnel.mux.Tunnel;
import io.tlstunnel.mux.TunnelListener.Known;
import io.tlstunnel.wire.Frame;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.function.BiPredicate;
import java.util.function.Predicate;

/**
 * Streams of one session that have no tunnel, and the tunnels that they can go on over. In a client it asks by RESUME for
 * all of them; at a node it repeats the OPEN of those that were not answered. On the control thread, given as executor.
 */
final class Resumption {
    private final Executor control;
    private final Predicate<Stream> which;
    private final BiPredicate<Tunnel, Stream> onto;
    private final long timeoutNanos;
    private final List<TunnelHandle> tunnels = new ArrayList<>();
    private final Queue<StreamHandle> waiting = new ArrayDeque<>();
    private int turn;

    private Resumption(Executor control, long timeoutNanos, Predicate<Stream> which, BiPredicate<Tunnel, Stream> onto) {
        this.control = control;
        this.timeoutNanos = timeoutNanos;
        this.which = which;
        this.onto = onto;
    }

    /**
     * In a client: every stream asks to go on.
     *
     * @param control runs its tasks one after the other, on the control thread; any thread may call it
     * @param timeoutNanos {@code resume_timeout}: a stream that has not gone on by then is reset
     */
    static Resumption asking(Executor control, long timeoutNanos) {
        return new Resumption(control, timeoutNanos, stream -> true, Tunnel::resume);
    }

    /** At a node: the client asks, but for streams that it may not know, which are opened again. */
    static Resumption reopening(Executor control, long timeoutNanos) {
        return new Resumption(control, timeoutNanos, Stream::isUnanswered, Tunnel::reopen);
    }

    /** A tunnel is up. On the control thread. */
    void up(TunnelHandle tunnel) {
        tunnels.add(tunnel);
        goOn();
    }

    /** A tunnel takes no more, or is gone. On the control thread. */
    void down(TunnelHandle tunnel) {
        tunnels.remove(tunnel);
    }

    /** These streams lost their tunnel. On their common thread, that of {@code lost}. */
    void suspended(TunnelHandle lost, Collection<StreamHandle> streams) {
        if (streams.isEmpty()) {
            return;
        }
        List<StreamHandle> handles = List.copyOf(streams);
        handles.forEach(handle -> handle.expireAfter(timeoutNanos));
        List<StreamHandle> mine = handles.stream().filter(this::isMine).toList();
        control.execute(() -> {
            down(lost);
            waiting.addAll(mine);
            goOn();
        });
    }

    /**
     * What {@code registry} knows of the stream that an OPEN names, which came over {@code tunnel}. A repeated OPEN makes the
     * stream go on: its other end has lost the tunnel that it was on. Any thread.
     */
    Known lookUp(StreamRegistry registry, TunnelHandle tunnel, Frame.Open open) {
        StreamHandle handle = registry.find(open.stream());
        if (handle == null) {
            return registry.hasEnded(open.stream()) ? Known.ENDED : Known.NOT;
        }
        handle.run(() -> repeated(handle, tunnel, open));
        return Known.LIVE;
    }

    private void repeated(StreamHandle handle, TunnelHandle tunnel, Frame.Open open) {
        Stream stream = handle.stream();
        if (open.attempt() <= stream.attempt()) {
            return;
        }
        stream.askedAgain(open.attempt());
        if (!stream.isFinished() && !stream.isSuspended() && !stream.isAsking()) {
            Tunnel.release(stream, handle.home().nanoTime());
            detached(handle);
        }
        handle.openedAgain(tunnel, open);
    }

    /** This stream lost its way though its tunnel lives. On its thread. */
    void detached(StreamHandle handle) {
        waitForTunnel(handle, timeoutNanos);
    }

    /** This stream waits for a tunnel, at most that long. On its thread. */
    void waitForTunnel(StreamHandle handle, long nanos) {
        handle.expireAfter(nanos);
        waitAgain(handle);
    }

    /** This stream asked in vain: its other end could not be reached just now. On its thread. */
    void unreachable(StreamHandle handle) {
        // Its time may have run out while it asked.
        handle.expireAfter(timeoutNanos);
        handle.home().runLater(handle.nextRetryNanos(), () -> waitAgain(handle));
    }

    /** This stream was not passed on by a relay: it tries the next way, then again a little later. On its thread. */
    void refused(StreamHandle handle) {
        handle.expireAfter(timeoutNanos);
        handle.home().runLater(handle.nextTryNanos(), () -> waitAgain(handle));
    }

    private void waitAgain(StreamHandle handle) {
        control.execute(() -> {
            waiting.add(handle);
            goOn();
        });
    }

    private void goOn() {
        StreamHandle handle;
        while (!tunnels.isEmpty() && (handle = waiting.poll()) != null) {
            goOn(handle, next(handle));
        }
    }

    /** The one behind that which it has tried in vain, so that it tries all; who has lost its own takes turns. */
    private TunnelHandle next(StreamHandle handle) {
        int tried = tunnels.indexOf(handle.home());
        turn = (tried < 0 ? turn + 1 : tried + 1) % tunnels.size();
        return tunnels.get(turn);
    }

    private void goOn(StreamHandle handle, TunnelHandle tunnel) {
        handle.run(() -> {
            if (isMine(handle)) {
                handle.move(tunnel, () -> board(handle, tunnel));
            }
        });
    }

    private void board(StreamHandle handle, TunnelHandle tunnel) {
        if (onto.test(tunnel.tunnel(), handle.stream())) {
            tunnel.flushSoon();
        } else if (isMine(handle)) {
            control.execute(() -> down(tunnel));
            waitAgain(handle);
        }
    }

    private boolean isMine(StreamHandle handle) {
        return handle.stream().isSuspended() && which.test(handle.stream());
    }
}
