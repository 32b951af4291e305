package io.tlstunnel.transport.balancer;

import io.netty.util.NetUtil;
import io.tlstunnel.config.BalancerConfig;
import io.tlstunnel.config.BalancerConfig.Way;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who sent a request, by {@code X-Forwarded-For}: each proxy on the way adds whom it had the request from, so the list is
 * read from its end for as long as those who added to it are trusted. Any thread.
 */
public final class ForwardedFor {
    /** The header. */
    public static final String HEADER = "X-Forwarded-For";

    private static final int NO_PORT = 0;
    private static final Pattern WITH_PORT = Pattern.compile("(\\[[^\\]]+\\]|[^:]+):(\\d{1,5})");
    private static final int MOST_PORT = 65_535;

    private final BalancerConfig balancer;

    public ForwardedFor(BalancerConfig balancer) {
        this.balancer = balancer;
    }

    /**
     * The last hop that is not trusted: {@code peer} itself, unless that is a balancer that is believed and whose header
     * counts. Its port is 0 where the header does not tell it.
     *
     * @param headers the values of each line of the header, in order
     */
    public InetSocketAddress client(InetSocketAddress peer, List<String> headers) {
        if (!balancer.tells(Way.FORWARDED_FOR)) {
            return peer;
        }
        String[] hops = String.join(",", headers).split(",", -1);
        InetSocketAddress last = peer;
        for (int i = hops.length - 1; i >= 0 && balancer.trusts(last.getAddress()); i--) {
            InetSocketAddress before = hop(hops[i].strip());
            if (before == null) {
                break; // hidden, or nonsense: nobody can be named but who said so
            }
            last = before;
        }
        return last;
    }

    private static @Nullable InetSocketAddress hop(String text) {
        Matcher withPort = WITH_PORT.matcher(text);
        if (!withPort.matches()) {
            return address(text, NO_PORT);
        }
        int port = Integer.parseInt(withPort.group(2));
        return port > MOST_PORT ? null : address(withPort.group(1), port);
    }

    private static @Nullable InetSocketAddress address(String text, int port) {
        byte[] literal = NetUtil.createByteArrayFromIpAddressString(text);
        return literal == null ? null : new InetSocketAddress(Literals.address(literal), port);
    }
}
