package io.tlstunnel.transport.testing;

import io.netty.buffer.ByteBuf;
import io.tlstunnel.mux.CarrierListener;
import java.io.ByteArrayOutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A listener that keeps what it hears. */
public class ByteLog implements CarrierListener {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final CompletableFuture<String> closed = new CompletableFuture<>();
    private final AtomicInteger closes = new AtomicInteger();
    private int awaited;
    private @Nullable CompletableFuture<byte[]> waiter;

    @Override
    public synchronized void received(ByteBuf chunk) {
        byte[] copy = new byte[chunk.readableBytes()];
        chunk.readBytes(copy);
        chunk.release();
        bytes.writeBytes(copy);
        tell();
    }

    @Override
    public void readComplete() {}

    @Override
    public void writable() {}

    @Override
    public void closed(String reason) {
        closes.incrementAndGet();
        closed.complete(reason);
    }

    /** All bytes so far, once there are {@code count}. */
    public synchronized CompletableFuture<byte[]> atLeast(int count) {
        awaited = count;
        waiter = new CompletableFuture<>();
        CompletableFuture<byte[]> result = waiter;
        tell();
        return result;
    }

    /** The reason. */
    public CompletableFuture<String> whenClosed() {
        return closed;
    }

    public int timesClosed() {
        return closes.get();
    }

    private void tell() {
        if (waiter != null && bytes.size() >= awaited) {
            waiter.complete(bytes.toByteArray());
        }
    }
}
