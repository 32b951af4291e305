package io.tlstunnel.transport.socket;

import io.netty.buffer.ByteBuf;
import io.tlstunnel.mux.FarSocket;
import io.tlstunnel.mux.FarSocketListener;
import io.vertx.core.Context;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A far socket for a stream that lives on another thread than the socket. What one side says travels to the other in
 * order, a batch per turn. After {@link #close} or {@link #reset} the stream hears nothing more, whatever was on its
 * way.
 *
 * <p>Its {@link FarSocket} methods are called on the stream's thread; {@link #connect} and the {@link #inbound} listener
 * on the socket's.
 */
public final class HoppingFarSocket implements FarSocket {

    private final Mailbox toSocket;
    private final Mailbox toStream;
    private final FarSocketListener inbound = new Inbound();

    /** Set and used on the socket's thread. */
    private @Nullable FarSocket socket;

    /** Set and used on the stream's thread. */
    private @Nullable FarSocketListener listener;

    private boolean over;

    /** A pair of ends that are to be connected: {@link #connect} on the one, {@link #listener} on the other. */
    public HoppingFarSocket(Context socketContext, Context streamContext) {
        this.toSocket = new Mailbox(socketContext);
        this.toStream = new Mailbox(streamContext);
    }

    /** {@code connection} as seen from {@code wanted}: itself if it is at home there. */
    public static FarConnection hop(FarConnection connection, Context wanted) {
        return VertxLoops.of(connection.context()) == VertxLoops.of(wanted)
                ? connection
                : HoppingConnection.over(connection, wanted);
    }

    /**
     * Names the real socket.
     *
     * @return {@link #inbound}
     */
    public FarSocketListener connect(FarSocket far) {
        socket = far;
        return inbound;
    }

    /** The listener that the real socket is to call. */
    FarSocketListener inbound() {
        return inbound;
    }

    /** The stream goes to another thread: what the socket says waits until {@link #arrive}. On the stream's thread. */
    void depart() {
        toStream.hold();
    }

    /** The stream has come to the thread of {@code here}. On that thread. */
    void arrive(Context here) {
        toStream.open(here);
    }

    /** Names, or replaces, the stream's listener; on the stream's thread, between two calls to it. */
    public void listener(FarSocketListener stream) {
        listener = stream;
    }

    @Override
    public void read(int max) {
        if (!over) {
            toSocket.post(() -> socket().read(max));
        }
    }

    @Override
    public void write(ByteBuf bytes) {
        if (over) {
            bytes.release();
        } else {
            toSocket.post(new Bytes(bytes) {
                @Override
                public void deliver() {
                    socket().write(bytes);
                }
            });
        }
    }

    @Override
    public void flush() {
        if (!over) {
            toSocket.post(() -> socket().flush());
        }
    }

    @Override
    public void shutdownOutput() {
        if (!over) {
            toSocket.post(() -> socket().shutdownOutput());
        }
    }

    @Override
    public void close() {
        over = true;
        toSocket.post(() -> socket().close());
    }

    @Override
    public void reset(long lingerMillis) {
        over = true;
        toSocket.post(() -> socket().reset(lingerMillis));
    }

    private FarSocket socket() {
        if (socket == null) {
            throw new IllegalStateException("not connected");
        }
        return socket;
    }

    private void tell(Consumer<FarSocketListener> event) {
        toStream.post(() -> {
            if (!over && listener != null) {
                event.accept(listener);
            }
        });
    }

    /** Carries bytes, which must not get lost unreleased. */
    private abstract static class Bytes implements Mailbox.Letter {

        private final ByteBuf bytes;

        Bytes(ByteBuf bytes) {
            this.bytes = bytes;
        }

        @Override
        public void discard() {
            bytes.release();
        }
    }

    /** What the real socket tells, on its thread. */
    private final class Inbound implements FarSocketListener {

        @Override
        public void data(ByteBuf chunk, int headroom) {
            toStream.post(new Bytes(chunk) {
                @Override
                public void deliver() {
                    if (over || listener == null) {
                        chunk.release();
                    } else {
                        listener.data(chunk, headroom);
                    }
                }
            });
        }

        @Override
        public void endOfInput() {
            tell(FarSocketListener::endOfInput);
        }

        @Override
        public void readComplete() {
            tell(FarSocketListener::readComplete);
        }

        @Override
        public void written(int bytes) {
            tell(stream -> stream.written(bytes));
        }

        @Override
        public void outputShut() {
            tell(FarSocketListener::outputShut);
        }

        @Override
        public void failed(FarFailure failure, String reason) {
            toStream.post(() -> {
                if (!over && listener != null) {
                    over = true;
                    listener.failed(failure, reason);
                }
            });
        }
    }
}
