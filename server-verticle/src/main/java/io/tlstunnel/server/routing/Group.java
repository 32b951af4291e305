package io.tlstunnel.server.routing;

import io.tlstunnel.config.Sharing;
import io.tlstunnel.wire.ProxySpec;
import org.jspecify.annotations.Nullable;

/**
 * Clients that publish one address together.
 *
 * @param name of the group
 * @param mark what stands for the key that its members show
 */
public record Group(String name, String mark) {

    /** The group of a proxy, or null if it has none; whether its options make sense is judged elsewhere. */
    public static @Nullable Group of(ProxySpec proxy) {
        String name = proxy.options().get(Sharing.GROUP);
        return name == null ? null : new Group(name, proxy.options().getOrDefault(Sharing.GROUP_KEY, ""));
    }

    /** Without the mark. */
    @Override
    public String toString() {
        return "group " + name;
    }
}
