package io.tlstunnel.transport.dial;

import io.tlstunnel.config.HostPort;
import io.vertx.core.Future;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/** Where the addresses of a name come from. */
@FunctionalInterface
interface AddressSource {

    /** All addresses, at least one, in the order in which to try them; or a {@link DialException}. */
    Future<List<InetSocketAddress>> resolve(HostPort peer, Duration timeout);
}
