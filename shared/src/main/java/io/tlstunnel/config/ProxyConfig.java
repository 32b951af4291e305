package io.tlstunnel.config;

import io.tlstunnel.config.Sharing.Health;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One {@code [[proxies]]} entry of a client.
 *
 * @param name unique in the file
 * @param type {@code tcp}, {@code ssh}, {@code http/1.1} or {@code http/2.0}
 * @param publishAddr address to listen on at the server (0.0.0.0)
 * @param publishPort 0–65535; 0 = the server picks
 * @param localAddr host of the service (127.0.0.1)
 * @param localPort 1–65535
 * @param visits what its visitors may do, beside what the server's entry for this client says
 * @param group whom it shares its port with, or null
 * @param healthCheck how its service is looked after, or null
 */
public record ProxyConfig(
        String name,
        String type,
        String publishAddr,
        int publishPort,
        String localAddr,
        int localPort,
        VisitRules visits,
        @Nullable GroupConfig group,
        @Nullable HealthCheck healthCheck) {

    /** Without limits for visitors. */
    public ProxyConfig(String name, String type, String publishAddr, int publishPort, String localAddr, int localPort) {
        this(name, type, publishAddr, publishPort, localAddr, localPort, VisitRules.NONE, null, null);
    }

    /** What the server is told of it beside its address. */
    public Map<String, String> options(Health health) {
        final Map<String, String> options = new LinkedHashMap<>(visits.toOptions());
        options.putAll(Sharing.of(this, health).toOptions());
        return options;
    }
}
