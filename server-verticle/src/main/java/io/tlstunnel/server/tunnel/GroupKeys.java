package io.tlstunnel.server.tunnel;

import io.tlstunnel.config.Sharing;
import io.tlstunnel.security.NodeKey;
import io.tlstunnel.wire.ProxySpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Takes the keys of groups out of what clients register, first of all: from there on a mark of the key stands in its place,
 * which a client cannot send, for it would be taken for a key.
 */
final class GroupKeys {
    private GroupKeys() {}

    static List<ProxySpec> marked(List<ProxySpec> proxies, NodeKey key) {
        return proxies.stream().map(proxy -> marked(proxy, key)).toList();
    }

    private static ProxySpec marked(ProxySpec proxy, NodeKey key) {
        String shown = proxy.options().get(Sharing.GROUP_KEY);
        if (shown == null) {
            return proxy;
        }
        Map<String, String> options = new LinkedHashMap<>(proxy.options());
        String group = options.getOrDefault(Sharing.GROUP, "");
        options.put(Sharing.GROUP_KEY, shown.isEmpty() ? "" : key.groupMark(group, shown));
        return new ProxySpec(proxy.name(), proxy.type(), proxy.publishAddr(), proxy.publishPort(), Map.copyOf(options));
    }
}
