package io.tlstunnel.transport.socket;

import io.netty.buffer.ByteBuf;
import io.tlstunnel.mux.FarSocketListener;
import io.tlstunnel.transport.balancer.HeaderException;
import io.tlstunnel.transport.balancer.ProxyHeader;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Reads the PROXY header off an accepted connection, and not a byte more: what comes behind it stays in the socket until its
 * stream asks. Keeps what goes wrong between the header and the stream. On the connection's thread.
 */
final class HeaderReading implements FarSocketListener {
    private final FarConnection connection;
    private final Vertx vertx;
    private final ProxyHeader header = new ProxyHeader();
    private final Promise<AcceptedSocket> promise = Promise.promise();
    private long timer;
    private boolean over;
    private @Nullable Loss loss;

    private record Loss(FarFailure failure, String reason) {}

    private HeaderReading(FarConnection connection) {
        this.connection = connection;
        this.vertx = connection.context().owner();
    }

    /** As {@link AcceptedSocket#behindProxyHeader}. */
    static Future<AcceptedSocket> of(AcceptedSocket socket, Context on, Duration patience) {
        return socket.attach(on).compose(connection -> new HeaderReading(connection).begin(patience));
    }

    private Future<AcceptedSocket> begin(Duration patience) {
        timer = vertx.setTimer(patience.toMillis(), late -> fail(HeaderException.notWithin(patience)));
        connection.start(this);
        connection.socket().read(header.wanted());
        return promise.future();
    }

    /** The stream is here: it is told from now on, and of what it has missed. */
    void handOver(FarSocketListener stream) {
        connection.listener(stream);
        Loss missed = loss;
        if (missed != null) {
            connection.context().runOnContext(v -> stream.failed(missed.failure(), missed.reason()));
        }
    }

    private void fail(Exception why) {
        if (!over) {
            over = true;
            vertx.cancelTimer(timer);
            connection.socket().reset(0);
            promise.fail(why);
        }
    }

    @Override
    public void data(ByteBuf chunk, int headroom) {
        try {
            header.take(chunk);
        } catch (HeaderException none) {
            fail(none);
        } finally {
            chunk.release();
        }
        if (!over && header.isWhole()) {
            over = true;
            vertx.cancelTimer(timer);
            HeadedSocket headed = HeadedSocket.of(connection, this, header.source());
            // Not from within: the listener is replaced between two calls to it.
            connection.context().runOnContext(v -> promise.complete(headed));
        } else if (!over) {
            connection.socket().read(header.wanted());
        }
    }

    @Override
    public void endOfInput() {
        fail(new ClosedChannelException());
    }

    @Override
    public void failed(FarFailure failure, String reason) {
        loss = new Loss(failure, reason);
        fail(new ClosedChannelException());
    }

    @Override
    public void readComplete() {}

    @Override
    public void written(int bytes) {}

    @Override
    public void outputShut() {}
}
