package io.tlstunnel.transport.socket;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import org.jspecify.annotations.Nullable;

/**
 * Keeps an epoll channel usable after its peer's FIN (or RST) has arrived.
 *
 * <p>Netty 4.2.18 then stops watching RDHUP, takes the descriptor out of epoll when that leaves nothing to watch, and
 * fails with ENOENT when something is to be watched again: the next write that fills the send buffer would close the
 * channel with its bytes. Nor could epoll's HUP and ERR be ignored: they cannot be masked and spin. So from the first
 * sign of the end on, the channel is registered with its loop only while it has bytes to send that the kernel does not
 * take; otherwise it is written to directly, and read directly, which cannot block as nothing more can arrive.
 *
 * <p>Needs {@link #WRITE_SPINS}. Called on the channel's event loop only.
 */
final class EpollParking {

    /**
     * More writes in one turn than a channel ever needs: so bytes that are left mean that Netty watches for room, not
     * that it used up its turn. Not the largest integer, which Netty would mistake for a full send buffer.
     */
    static final int WRITE_SPINS = 1 << 20;

    private enum State {
        WATCHED,
        LEAVING,
        PARKED,
        RETURNING
    }

    private static final EpollIoEvent READABLE = () -> EpollIoOps.EPOLLIN;

    private final Channel channel;
    private final EpollIoHandle handle;
    private final Runnable flush;
    private State state = State.WATCHED;
    private boolean begun;
    private boolean flushAfterLeaving;

    private EpollParking(Channel channel, EpollIoHandle handle, Runnable flush) {
        this.channel = channel;
        this.handle = handle;
        this.flush = flush;
    }

    /**
     * For an epoll channel; null for any other.
     *
     * @param flush hands everything queued to the channel and flushes it
     */
    static @Nullable EpollParking of(Channel channel, Runnable flush) {
        return channel.unsafe() instanceof EpollIoHandle handle ? new EpollParking(channel, handle, flush) : null;
    }

    /** Whether FIN or RST is known to have arrived. */
    boolean isBegun() {
        return begun;
    }

    /** Whether the channel is off its loop; Netty tells no pipeline of the end of such a channel. */
    boolean isParked() {
        return state == State.PARKED;
    }

    /** FIN or RST has arrived. To be called before Netty stops watching RDHUP. */
    void begin() {
        begun = true;
        settle();
    }

    /** Leaves the loop if there is nothing to wait for. */
    void settle() {
        if (begun && state == State.WATCHED && nothingWaits()) {
            state = State.LEAVING;
            channel.deregister().addListener(left -> parked());
        }
    }

    /** Flushes, or does so as soon as that is safe. */
    void flush() {
        settle();
        if (state == State.LEAVING) {
            flushAfterLeaving = true;
            return;
        }
        flush.run();
        if (state == State.PARKED && !nothingWaits()) {
            state = State.RETURNING;
            channel.eventLoop().register(channel).addListener(registered -> returned());
        }
    }

    /** Reads once, now. */
    void readNow() {
        handle.handle(null, READABLE);
    }

    private boolean nothingWaits() {
        ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
        return buffer == null || buffer.isEmpty();
    }

    private void parked() {
        state = State.PARKED;
        if (flushAfterLeaving) {
            flushAfterLeaving = false;
            flush();
        }
    }

    private void returned() {
        state = State.WATCHED;
        settle();
    }
}
