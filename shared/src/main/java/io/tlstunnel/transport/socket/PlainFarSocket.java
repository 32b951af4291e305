package io.tlstunnel.transport.socket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import io.tlstunnel.mux.FarSocket;
import io.tlstunnel.mux.FarSocketListener;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * A far socket on the public {@link NetSocket}: every byte travels through {@code handler}, {@code fetch} and
 * {@code write}. What the public API has no word for is done on the channel under it: half-closes (Vert.x closes both
 * directions at either end's FIN), and the reset by SO_LINGER.
 *
 * <p>Weaker than the fast path in this:
 *
 * <ul>
 *   <li>Vert.x reads ahead of {@code fetch}: up to 8 buffers of 64 KiB wait in it outside of any budget, and after the
 *       peer's FIN on epoll everything that the kernel has received.
 *   <li>Each direction copies the bytes, and chunks have no headroom.
 *   <li>{@code written} comes per buffer written, when all of it is with the kernel.
 * </ul>
 *
 * <p>The listener is never called from within a call to this object.
 */
final class PlainFarSocket implements FarSocket {

    private final NetSocket socket;
    private final SocketChannel channel;
    private final EventLoop loop;

    @SuppressWarnings("unused")
    private final Object owner;

    private final FarInbox inbox = new FarInbox();
    private final Deque<ByteBuf> queue = new ArrayDeque<>();
    private final @Nullable EpollParking parking;
    private @Nullable LingeringReset lingering;
    private @Nullable Throwable inputFailure;
    private @Nullable Throwable outputFailure;
    private int asked;
    private long received;
    private long delivered;
    private boolean inputShut;
    private boolean outputUsed;
    private boolean shutting;
    private boolean outputDone;
    private long queued;
    private long taken;
    private long reported;
    private boolean reportScheduled;

    /** @param owner the client or server that Vert.x would close, with this socket, if it were collected */
    PlainFarSocket(NetSocket socket, Object owner) {
        this.socket = socket;
        this.owner = owner;
        this.channel = VertxLoops.channel(socket);
        this.loop = channel.eventLoop();
        this.parking = EpollParking.of(channel, this::handOver);
        channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        channel.config().setWriteSpinCount(EpollParking.WRITE_SPINS);
        channel.pipeline().addFirst(new Tap());
        socket.pause();
        socket.handler(this::received);
        socket.exceptionHandler(this::inputFailed);
        channel.closeFuture().addListener(closed -> later(this::channelGone));
    }

    /** Names the one who is told. What was noticed before is told then. */
    void start(FarSocketListener listener) {
        inbox.listener(listener);
        loop.execute(inbox::tellFailure);
    }

    void listener(FarSocketListener listener) {
        inbox.listener(listener);
    }

    // ---- FarSocket

    @Override
    public void read(int max) {
        if (inbox.isOver()) {
            return;
        }
        asked = max;
        loop.execute(inbox.hasInput() ? this::answer : () -> socket.fetch(1));
    }

    @Override
    public void write(ByteBuf bytes) {
        if (inbox.isOver()) {
            bytes.release();
            return;
        }
        if (shutting) {
            bytes.release();
            throw new IllegalStateException("written after the half-close");
        }
        outputUsed = true;
        queued += bytes.readableBytes();
        queue.add(bytes);
    }

    @Override
    public void flush() {
        if (parking != null) {
            parking.flush();
        } else {
            handOver();
        }
    }

    @Override
    public void shutdownOutput() {
        if (!inbox.isOver() && !shutting) {
            shutting = true;
            flush();
            outputChanged();
        }
    }

    @Override
    public void close() {
        if (lingering == null) {
            inbox.end();
            dropQueue();
            CloseNow.gracefully(channel);
        }
    }

    @Override
    public void reset(long lingerMillis) {
        if (lingering == null && channel.isOpen()) {
            inbox.end();
            flush();
            lingering = new LingeringReset(channel, () -> queued - taken);
            lingering.start(outputUsed ? lingerMillis : 0);
        }
    }

    // ---- input

    private void received(Buffer buffer) {
        delivered += buffer.length();
        inbox.store(Unpooled.wrappedBuffer(buffer.getBytes()));
        noteEnd();
        answer();
    }

    private void inputFailed(Throwable cause) {
        inputFailure = cause;
        noteEnd();
        if (delivered == received && !inbox.hasStoredFailure()) {
            fail(cause);
        }
    }

    /** End and failure come behind what Vert.x still holds back. */
    private void noteEnd() {
        if (delivered < received) {
            return;
        }
        if (inputFailure != null) {
            inbox.inputFailed(inputFailure);
        } else if (inputShut) {
            inbox.endOfInput();
        }
    }

    private void answer() {
        if (asked == 0 || inbox.isOver() || !inbox.hasInput()) {
            return;
        }
        int max = asked;
        asked = 0;
        if (!inbox.tellStored(max)) {
            fail(inbox.inputFailure());
        }
        closeIfDone();
    }

    // ---- output

    private void handOver() {
        for (ByteBuf bytes = queue.poll(); bytes != null; bytes = queue.poll()) {
            byte[] copy = new byte[bytes.readableBytes()];
            bytes.readBytes(copy).release();
            socket.write(Buffer.buffer(copy)).onComplete(done -> {
                if (done.succeeded()) {
                    taken += copy.length;
                } else {
                    outputFailure = done.cause();
                }
                outputChanged();
            });
        }
    }

    private void outputChanged() {
        if (!reportScheduled) {
            reportScheduled = true;
            later(this::reportOutput);
        }
    }

    private void reportOutput() {
        reportScheduled = false;
        if (parking != null) {
            parking.settle();
        }
        if (lingering != null) {
            lingering.progressed();
        }
        while (taken > reported) {
            int bytes = (int) Math.min(taken - reported, Integer.MAX_VALUE);
            reported += bytes;
            inbox.tellWritten(bytes);
        }
        if (outputFailure != null) {
            fail(outputFailure);
        } else if (shutting && !outputDone && queued == taken && !inbox.isOver()) {
            outputDone = true;
            channel.shutdownOutput().addListener(shut -> outputShut(shut.cause()));
        }
    }

    private void outputShut(@Nullable Throwable cause) {
        if (cause != null) {
            fail(cause);
            return;
        }
        inbox.tellOutputShut();
        closeIfDone();
    }

    // ---- the end

    private void closeIfDone() {
        if (outputDone && inbox.isEndTold()) {
            close();
        }
    }

    private void fail(@Nullable Throwable cause) {
        inbox.fail(FailureKind.of(cause), FailureKind.phrase(cause));
        dropQueue();
        CloseNow.gracefully(channel);
    }

    private void channelGone() {
        if (parking != null && parking.isParked()) {
            channel.pipeline().fireChannelInactive();
        }
        boolean inputWaits = inputFailure != null && (delivered < received || inbox.hasStoredFailure());
        if (outputFailure != null || !inputWaits) {
            fail(outputFailure);
        }
    }

    private void dropQueue() {
        queue.forEach(ByteBuf::release);
        queue.clear();
    }

    private void later(Runnable task) {
        if (!loop.isShutdown()) {
            loop.execute(task);
        }
    }

    /** In front of Vert.x's handler: sees what the public API does not show. */
    private final class Tap extends ChannelDuplexHandler {

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            // Vert.x never releases what waits in a paused socket when that is closed: so it gets what the collector
            // frees.
            ByteBuf bytes = (ByteBuf) message;
            byte[] copy = ByteBufUtil.getBytes(bytes);
            bytes.release();
            received += copy.length;
            ctx.fireChannelRead(Unpooled.wrappedBuffer(copy));
        }

        @Override
        public void read(ChannelHandlerContext ctx) {
            if (!inputShut) {
                ctx.read();
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event == ChannelInputShutdownEvent.INSTANCE) {
                inputShut = true;
                if (parking != null) {
                    parking.begin();
                }
                noteEnd();
                answer();
            }
            ctx.fireUserEventTriggered(event);
        }
    }
}
