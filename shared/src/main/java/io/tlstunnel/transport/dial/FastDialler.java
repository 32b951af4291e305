package io.tlstunnel.transport.dial;

import io.tlstunnel.transport.CarrierConnection;
import io.tlstunnel.transport.EventLoopContext;
import io.tlstunnel.transport.VertxRuntime;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Dials with Netty on the context's loop; the connection runs our own codec. */
public final class FastDialler implements TunnelDialler {
    private final VertxRuntime runtime;
    private final @Nullable DialTls tls;
    private final AddressSource resolver;

    /** @param tls null if only {@code ws} is dialled */
    public FastDialler(VertxRuntime runtime, @Nullable DialTls tls) {
        this(runtime, tls, new SystemResolver(runtime.vertx()));
    }

    FastDialler(VertxRuntime runtime, @Nullable DialTls tls, AddressSource resolver) {
        this.runtime = runtime;
        this.tls = tls;
        this.resolver = resolver;
    }

    @Override
    public Future<CarrierConnection> dial(Context context, DialTarget target) {
        EventLoopContext loop = runtime.loop(context);
        Promise<CarrierConnection> result = loop.promise();
        resolver.resolve(target.firstHop(), target.connectTimeout())
                .compose(addresses -> new AddressWalk(
                                fromTurn(addresses, target.turn()),
                                address -> new FastAttempt(runtime, tls, loop, target, address).run())
                        .next())
                .onComplete(result);
        return result.future();
    }

    private static List<InetSocketAddress> fromTurn(List<InetSocketAddress> addresses, int turn) {
        List<InetSocketAddress> turned = new ArrayList<>(addresses);
        Collections.rotate(turned, -(turn % addresses.size()));
        return turned;
    }
}
