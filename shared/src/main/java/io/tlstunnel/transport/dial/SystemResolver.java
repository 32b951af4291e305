package io.tlstunnel.transport.dial;

import io.netty.util.NetUtil;
import io.tlstunnel.config.HostPort;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks the system's resolver, anew each time: it knows hosts files, split DNS of a VPN and what else an administrator
 * set up, which a resolver of our own would not. It blocks, so it has threads of its own.
 */
final class SystemResolver implements AddressSource {
    /** A look-up can hang for half a minute; a few in parallel keep one dead name from delaying the others. */
    private static final int THREADS = 4;

    private final WorkerExecutor threads;

    SystemResolver(Vertx vertx) {
        threads = vertx.createSharedWorkerExecutor("tls-tunnel-dns", THREADS, 1, TimeUnit.MINUTES);
    }

    @Override
    public Future<List<InetSocketAddress>> resolve(HostPort peer, Duration timeout) {
        byte[] literal = NetUtil.createByteArrayFromIpAddressString(peer.host());
        if (literal != null) {
            try {
                return Future.succeededFuture(
                        List.of(new InetSocketAddress(InetAddress.getByAddress(literal), peer.port())));
            } catch (UnknownHostException e) {
                return Future.failedFuture(e);
            }
        }
        return threads.executeBlocking(() -> lookUp(peer), false)
                .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                .recover(failure -> Future.failedFuture(explain(peer, timeout, failure)));
    }

    private static List<InetSocketAddress> lookUp(HostPort peer) throws UnknownHostException {
        List<InetSocketAddress> found = new ArrayList<>();
        for (InetAddress address : InetAddress.getAllByName(peer.host())) {
            found.add(new InetSocketAddress(address, peer.port()));
        }
        return found;
    }

    private static DialException explain(HostPort peer, Duration timeout, Throwable failure) {
        String what = failure instanceof TimeoutException
                ? "the resolver did not answer within " + timeout.toMillis() + " ms when asked for \"" + peer.host()
                        + "\""
                : "no address is known for \"" + peer.host() + "\"";
        return new DialException(
                DialException.Kind.DNS, what + ": is the name right, and does DNS work on this machine?", failure);
    }
}
