package io.tlstunnel.transport.socket;

import io.netty.channel.ConnectTimeoutException;
import io.tlstunnel.wire.ResetCode;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Tries the addresses of one service in turn within one time limit. Called on its context's thread only. */
final class DialAttempts implements Dial {

    /** Connects to one address. */
    interface Connector {
        /** @return completes on the dialling context */
        Attempt connect(InetSocketAddress address, int timeoutMillis);
    }

    /** One connect under way. */
    interface Attempt {
        Future<FarConnection> connection();

        /** Gives up; a connection that was made nevertheless still completes, and is closed then. */
        void abandon();
    }

    private final Connector connector;
    private final String target;
    private final int port;
    private final long timeoutMillis;
    private final long deadline;
    private final Promise<FarConnection> promise = Promise.promise();
    private final Deque<InetAddress> untried = new ArrayDeque<>();
    private @Nullable Attempt attempt;
    private boolean refused;
    private String lastFailure = "";
    private boolean done;

    private DialAttempts(Connector connector, String host, int port, long timeoutMillis) {
        this.connector = connector;
        this.target = host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
        this.port = port;
        this.timeoutMillis = timeoutMillis;
        this.deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
    }

    static Dial start(Context context, String host, int port, long timeoutMillis, Connector connector) {
        DialAttempts dial = new DialAttempts(connector, host, port, timeoutMillis);
        Addresses.of(context, host)
                .timeout(Math.max(1, timeoutMillis), TimeUnit.MILLISECONDS)
                .onComplete(found -> context.runOnContext(v -> dial.looked(found)));
        return dial;
    }

    @Override
    public Future<FarConnection> connection() {
        return promise.future();
    }

    @Override
    public void cancel() {
        if (!done) {
            fail(ResetCode.CANCELLED, "dialling " + target + " was cancelled");
            if (attempt != null) {
                attempt.abandon();
            }
        }
    }

    private void looked(AsyncResult<List<InetAddress>> found) {
        if (done) {
            return;
        }
        if (found.failed()) {
            fail(
                    ResetCode.SERVICE_UNREACHABLE,
                    found.cause() instanceof TimeoutException
                            ? "the name in " + target + " was not resolved within " + timeoutMillis + " ms"
                            : "the name in " + target + " has no address");
            return;
        }
        untried.addAll(found.result());
        next();
    }

    private void next() {
        InetAddress address = untried.poll();
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (address == null || left <= 0) {
            giveUp();
            return;
        }
        Attempt started =
                connector.connect(new InetSocketAddress(address, port), (int) Math.min(left, Integer.MAX_VALUE));
        attempt = started;
        started.connection().onComplete(this::connected, this::attemptFailed);
    }

    private void connected(FarConnection connection) {
        if (done) {
            connection.socket().close();
        } else {
            done = true;
            promise.complete(connection);
        }
    }

    private void attemptFailed(Throwable cause) {
        if (!done) {
            refused |= isRefusal(cause);
            lastFailure = cause instanceof ConnectTimeoutException
                    ? "did not answer within " + timeoutMillis + " ms"
                    : "cannot be reached: " + FailureKind.phrase(cause);
            next();
        }
    }

    private void giveUp() {
        if (refused) {
            fail(ResetCode.SERVICE_REFUSED, target + " refused the connection");
        } else {
            fail(
                    ResetCode.SERVICE_UNREACHABLE,
                    target + " " + (lastFailure.isEmpty() ? "did not answer in time" : lastFailure));
        }
    }

    private void fail(ResetCode code, String sentence) {
        done = true;
        promise.fail(new DialException(code, sentence));
    }

    private static boolean isRefusal(Throwable cause) {
        return cause instanceof ConnectException
                && String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT).contains("refused");
    }
}
