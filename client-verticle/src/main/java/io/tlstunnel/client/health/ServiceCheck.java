package io.tlstunnel.client.health;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.CharsetUtil;
import io.tlstunnel.config.HealthCheck;
import io.tlstunnel.config.HostPort;
import io.tlstunnel.config.ProxyConfig;
import io.tlstunnel.mux.FarSocketListener;
import io.tlstunnel.transport.socket.Dial;
import io.tlstunnel.transport.socket.FarConnection;
import io.tlstunnel.transport.socket.FarSockets;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One look at a local service: connects, for HTTP asks, and hangs up. On its context. */
final class ServiceCheck implements FarSocketListener {
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.\\d (\\d{3}).*", Pattern.DOTALL);
    /** As long as "HTTP/1.1 200". */
    private static final int STATUS_LENGTH = 12;

    private static final int READ = 1_024;

    private final Context context;
    private final ProxyConfig proxy;
    private final HealthCheck rules;
    private final Promise<Void> outcome = Promise.promise();
    private final StringBuilder answer = new StringBuilder();
    private final long timer;
    private final Dial dial;
    private @Nullable FarConnection connection;
    private boolean over;

    private ServiceCheck(Context context, FarSockets sockets, ProxyConfig proxy, HealthCheck rules) {
        this.context = context;
        this.proxy = proxy;
        this.rules = rules;
        long millis = rules.timeout().toMillis();
        this.timer = context.owner().setTimer(millis, ignored -> failed("no answer within " + millis + " ms"));
        this.dial = sockets.dial(context, proxy.localAddr(), proxy.localPort(), millis);
    }

    /** Fails with a sentence if the service is not well. */
    static Future<Void> run(Context context, FarSockets sockets, ProxyConfig proxy, HealthCheck rules) {
        ServiceCheck check = new ServiceCheck(context, sockets, proxy, rules);
        check.dial
                .connection()
                .onSuccess(check::connected)
                .onFailure(failure -> check.failed(String.valueOf(failure.getMessage())));
        return check.outcome.future();
    }

    private void connected(FarConnection connected) {
        connection = connected;
        if (over) {
            connected.socket().reset(0);
        } else if (rules.kind() == HealthCheck.Kind.TCP) {
            succeeded();
        } else {
            connected.start(this);
            connected.socket().write(request());
            connected.socket().flush();
            connected.socket().read(READ);
        }
    }

    private ByteBuf request() {
        return Unpooled.copiedBuffer(
                "GET " + rules.path() + " HTTP/1.1\r\nHost: " + new HostPort(proxy.localAddr(), proxy.localPort())
                        + "\r\nUser-Agent: tls-tunnel-health-check\r\nAccept: */*\r\nConnection: close\r\n\r\n",
                CharsetUtil.US_ASCII);
    }

    private void succeeded() {
        if (end()) {
            outcome.complete();
        }
    }

    private void failed(String reason) {
        if (end()) {
            outcome.fail(reason);
        }
    }

    /** Hangs up. Returns false if it has ended before. */
    private boolean end() {
        if (over) {
            return false;
        }
        over = true;
        context.owner().cancelTimer(timer);
        dial.cancel();
        FarConnection open = connection;
        if (open != null) {
            open.socket().close();
        }
        return true;
    }

    @Override
    public void data(ByteBuf chunk, int headroom) {
        answer.append(chunk.toString(CharsetUtil.US_ASCII));
        chunk.release();
        FarConnection open = connection;
        if (over || open == null) {
            return;
        }
        if (answer.length() < STATUS_LENGTH) {
            open.socket().read(READ);
            return;
        }
        Matcher status = STATUS.matcher(answer);
        if (!status.matches()) {
            failed("the answer is not HTTP/1.1");
        } else if (status.group(1).startsWith("2") || status.group(1).startsWith("3")) {
            succeeded();
        } else {
            failed("the answer is " + status.group(1));
        }
    }

    @Override
    public void endOfInput() {
        failed("the service hung up without an answer");
    }

    @Override
    public void readComplete() {
        // One small answer: nothing is collected.
    }

    @Override
    public void written(int bytes) {
        // The answer is what counts.
    }

    @Override
    public void outputShut() {
        // It only hangs up.
    }

    @Override
    public void failed(FarFailure failure, String reason) {
        failed(reason);
    }
}
