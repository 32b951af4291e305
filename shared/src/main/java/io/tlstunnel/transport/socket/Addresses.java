package io.tlstunnel.transport.socket;

import io.netty.util.NetUtil;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Looks up addresses by the system's resolver, off the event loop. */
final class Addresses {

    private Addresses() {}

    /** All addresses of {@code host}; completes on {@code context}, at once for an IP literal. */
    static Future<List<InetAddress>> of(Context context, String host) {
        InetAddress literal = literal(host);
        return literal != null
                ? Future.succeededFuture(List.of(literal))
                : context.executeBlocking(() -> List.of(InetAddress.getAllByName(host)), false);
    }

    private static @Nullable InetAddress literal(String host) {
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(host);
        try {
            return bytes == null ? null : InetAddress.getByAddress(bytes);
        } catch (UnknownHostException wrongLength) {
            throw new AssertionError(wrongLength);
        }
    }
}
