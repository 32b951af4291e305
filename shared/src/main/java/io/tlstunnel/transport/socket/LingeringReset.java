package io.tlstunnel.transport.socket;

import io.netty.channel.socket.SocketChannel;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Resets a connection (RST) once its peer has what was written, or when the time for that is over. A reset makes the
 * kernel drop what it has not delivered yet, so the kernel's queue must be empty too. Where the system does not tell
 * (NIO), the peer is given the whole time.
 *
 * <p>Called on the channel's event loop only.
 */
final class LingeringReset {

    /** First pause between two looks at the kernel's queue; doubles up to the last. */
    private static final int FIRST_LOOK_MILLIS = 1;

    private static final int LAST_LOOK_MILLIS = 32;

    private final SocketChannel channel;
    private final LongSupplier pending;
    private int lookMillis = FIRST_LOOK_MILLIS;
    private @Nullable Future<?> nextLook;
    private boolean looking;
    private boolean done;

    /** @param pending bytes that were written and that the kernel has not taken */
    LingeringReset(SocketChannel channel, LongSupplier pending) {
        this.channel = channel;
        this.pending = pending;
    }

    /** @param lingerMillis 0 where nothing was ever written */
    void start(long lingerMillis) {
        if (lingerMillis <= 0) {
            reset();
            return;
        }
        var deadline = channel.eventLoop().schedule(this::reset, lingerMillis, TimeUnit.MILLISECONDS);
        channel.closeFuture().addListener(closed -> {
            done = true;
            deadline.cancel(false);
            if (nextLook != null) {
                nextLook.cancel(false);
            }
        });
        progressed();
    }

    /** The kernel took bytes. */
    void progressed() {
        if (!done && !looking && pending.getAsLong() == 0) {
            look();
        }
    }

    private void look() {
        looking = true;
        if (done) {
            return;
        }
        KernelQueue queue = KernelQueue.of(channel);
        if (queue == KernelQueue.EMPTY) {
            reset();
        } else if (queue == KernelQueue.FILLED) {
            nextLook = channel.eventLoop().schedule(this::look, lookMillis, TimeUnit.MILLISECONDS);
            lookMillis = Math.min(2 * lookMillis, LAST_LOOK_MILLIS);
        }
    }

    private void reset() {
        if (!done) {
            done = true;
            CloseNow.withReset(channel);
        }
    }
}
