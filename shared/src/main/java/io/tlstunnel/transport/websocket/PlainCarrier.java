package io.tlstunnel.transport.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.tlstunnel.mux.Carrier;
import io.tlstunnel.mux.CarrierListener;
import io.tlstunnel.transport.ChannelCarrier;
import io.tlstunnel.transport.EventLoopContext;
import io.tlstunnel.transport.Failures;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketBase;
import io.vertx.core.http.WebSocketFrame;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * The plain carrier: Vert.x's own WebSocket through its public API. Everything is copied on the way, so nothing that was
 * written is changed or held on to. All calls on the context.
 */
final class PlainCarrier implements Carrier {
    private static final int UNWRITABLE_ABOVE = 128 * 1024;

    private enum State {
        OPEN,
        CLOSING,
        ENDED
    }

    private final EventLoopContext loop;
    private final WebSocketBase socket;
    /** Told when the socket is gone, and held until then. */
    private final Runnable owner;

    private final Queue<Buffer> early = new ArrayDeque<>();

    private @Nullable CarrierListener listener;
    private boolean flowing;
    private boolean told;
    private State state = State.OPEN;
    private String reason = "";

    /** Sets its handlers at once: a client's socket starts to read as soon as it is connected. */
    PlainCarrier(EventLoopContext loop, WebSocketBase socket, Runnable owner) {
        this.loop = loop;
        this.owner = owner;
        this.socket = socket;
        socket.frameHandler(this::frame);
        socket.exceptionHandler(this::failed);
        socket.closeHandler(gone -> lost());
        socket.drainHandler(drained -> later(this::writableAgain));
    }

    /** Once the socket is connected. */
    void connected() {
        socket.pause();
        socket.setWriteQueueMaxSize(UNWRITABLE_ABOVE);
    }

    void start(CarrierListener first) {
        if (listener != null) {
            throw new IllegalStateException("started before");
        }
        listener = first;
        later(this::flow);
    }

    void listener(CarrierListener next) {
        if (listener == null) {
            throw new IllegalStateException("not started");
        }
        listener = next;
    }

    private void flow() {
        flowing = true;
        for (Buffer bytes = early.poll(); bytes != null; bytes = early.poll()) {
            deliver(bytes);
        }
        if (state == State.ENDED) {
            tellClosed();
        } else {
            socket.resume();
        }
    }

    // What the tunnel asks for.

    @Override
    public int headroom() {
        return 0;
    }

    @Override
    public ByteBuf allocate(int capacity) {
        return PooledByteBufAllocator.DEFAULT.directBuffer(capacity);
    }

    @Override
    public int write(ByteBuf frames) {
        return send(frames);
    }

    @Override
    public int write(ByteBuf head, ByteBuf payload) {
        return send(Unpooled.wrappedBuffer(head, payload));
    }

    private int send(ByteBuf message) {
        try {
            if (state == State.OPEN && message.isReadable()) {
                socket.write(Buffer.buffer(ByteBufUtil.getBytes(message))).onFailure(this::failed);
            }
        } finally {
            message.release();
        }
        return 0;
    }

    /** Vert.x flushes by itself. */
    @Override
    public void flush() {}

    @Override
    public boolean isWritable() {
        return state == State.OPEN && !socket.isClosed() && !socket.writeQueueFull();
    }

    @Override
    public void close() {
        if (state == State.OPEN) {
            reason("closed by this side");
            closeWith(CloseCode.NORMAL, "");
        }
    }

    private void closeWith(int code, String text) {
        state = State.CLOSING;
        socket.close((short) code, text).onFailure(this::failed);
        loop.context().owner().setTimer(ChannelCarrier.CLOSE_TIMEOUT_MILLIS, late -> lost());
    }

    /**
     * Vert.x offers no way to drop a WebSocket whose peer does not read. The listener is told that it is gone, which is
     * true of all that concerns it: nothing it wrote is held on to. The socket itself ends by its idle timeout.
     */
    @Override
    public void abort() {
        reason("dropped by this side");
        if (state == State.OPEN) {
            closeWith(CloseCode.NORMAL, "");
        }
        later(this::lost);
    }

    // What Vert.x says.

    private void frame(WebSocketFrame frame) {
        if (state != State.OPEN) {
            return;
        }
        if (frame.isClose()) {
            // Vert.x answers it, and would wait for ever for a peer that does not hang up.
            loop.context().owner().setTimer(ChannelCarrier.CLOSE_TIMEOUT_MILLIS, late -> lost());
        } else if (frame.isText()) {
            String what = "text message, only binary ones are spoken here";
            reason("the peer broke the WebSocket protocol: " + what);
            closeWith(CloseCode.UNSUPPORTED_DATA, what);
        } else if (frame.isBinary() || frame.isContinuation()) {
            Buffer bytes = frame.binaryData();
            if (flowing) {
                deliver(bytes);
            } else {
                early.add(bytes);
            }
        }
    }

    private void deliver(Buffer bytes) {
        if (state == State.OPEN && listener != null && bytes.length() > 0) {
            listener.received(Unpooled.wrappedBuffer(bytes.getBytes()));
            if (state == State.OPEN) {
                listener.readComplete();
            }
        }
    }

    private void writableAgain() {
        if (flowing && isWritable() && listener != null) {
            listener.writable();
        }
    }

    private void failed(Throwable cause) {
        if (cause instanceof CorruptedWebSocketFrameException violation) {
            reason("the peer broke the WebSocket protocol: " + violation.getMessage());
            if (state == State.OPEN && !socket.isClosed()) {
                closeWith(violation.closeStatus().code(), "");
            }
        } else if (state == State.OPEN && !socket.isClosed()) {
            reason(Failures.phrase(cause));
            closeWith(CloseCode.NORMAL, "");
        }
    }

    private void lost() {
        owner.run();
        if (state == State.OPEN) {
            Short code = socket.closeStatusCode();
            if (code != null && code != CloseCode.ABNORMAL) {
                String text = socket.closeReason();
                reason("closed by the peer, " + CloseCode.describe(code, text == null ? "" : text));
            } else {
                reason("connection lost without a close frame");
            }
        }
        state = State.ENDED;
        if (flowing) {
            tellClosed();
        }
    }

    private void tellClosed() {
        if (!told && listener != null) {
            told = true;
            listener.closed(reason);
        }
    }

    private void reason(String first) {
        if (reason.isEmpty()) {
            reason = first;
        }
    }

    private void later(Runnable task) {
        loop.context().runOnContext(run -> task.run());
    }
}
