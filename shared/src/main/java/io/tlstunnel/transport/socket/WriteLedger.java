package io.tlstunnel.transport.socket;

import io.netty.channel.Channel;
import io.netty.channel.ChannelProgressivePromise;
import io.netty.channel.DefaultChannelProgressivePromise;
import org.jspecify.annotations.Nullable;

/**
 * The one promise under all writes of a channel: it never completes, it counts. Netty tells a progressive promise of
 * every byte that the kernel took of its message, in order, and ends with success; so the count is exact also when a
 * message went out in pieces, and no write allocates a promise of its own.
 */
final class WriteLedger extends DefaultChannelProgressivePromise {

    private final Runnable changed;
    private long queued;
    private long taken;
    private long reported;
    private long ofMessage;
    private @Nullable Throwable failure;

    /** @param changed called, in the middle of Netty's write loop, when the kernel took bytes or the first write failed */
    WriteLedger(Channel channel, Runnable changed) {
        super(channel);
        this.changed = changed;
    }

    void queued(int bytes) {
        queued += bytes;
    }

    /** Bytes that were queued and have not reached the kernel. */
    long pending() {
        return queued - taken;
    }

    boolean isUsed() {
        return queued > 0;
    }

    /** Bytes that the kernel took since this was last asked. */
    int takeReport() {
        int bytes = (int) Math.min(taken - reported, Integer.MAX_VALUE);
        reported += bytes;
        return bytes;
    }

    boolean hasReport() {
        return taken > reported;
    }

    /** Why the first write that failed did so. */
    @Nullable
    Throwable failure() {
        return failure;
    }

    @Override
    public boolean tryProgress(long progress, long total) {
        taken += progress - ofMessage;
        ofMessage = progress;
        changed.run();
        return true;
    }

    @Override
    public boolean trySuccess(@Nullable Void result) {
        ofMessage = 0;
        return true;
    }

    @Override
    public boolean trySuccess() {
        return trySuccess(null);
    }

    @Override
    public ChannelProgressivePromise setSuccess(@Nullable Void result) {
        trySuccess(null);
        return this;
    }

    @Override
    public ChannelProgressivePromise setSuccess() {
        return setSuccess(null);
    }

    @Override
    public boolean tryFailure(Throwable cause) {
        ofMessage = 0;
        if (failure == null) {
            failure = cause;
            changed.run();
        }
        return true;
    }

    @Override
    public ChannelProgressivePromise setFailure(Throwable cause) {
        tryFailure(cause);
        return this;
    }
}
