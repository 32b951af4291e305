package io.tlstunnel.config;

import io.tlstunnel.config.BalancerConfig.Way;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What differs between two configurations, by the names that stand in the file: {@code [server] hold_timeout},
 * {@code [[clients]] office}.
 *
 * @param live takes effect while the program runs
 * @param restart takes effect with the next start only
 */
public record ConfigChanges(List<String> live, List<String> restart) {
    public ConfigChanges {
        live = List.copyOf(live);
        restart = List.copyOf(restart);
    }

    /** A key and its value in a configuration. */
    private record Part<C>(String name, Effect effect, Function<C, ?> value) {}

    private enum Effect {
        LIVE,
        RESTART
    }

    private static final List<Part<ServerConfig>> SERVER = parts(
            "[server]",
            List.of(
                    restart("[server] bind_addr", ServerConfig::bindAddr),
                    restart("[server] bind_port", ServerConfig::bindPort),
                    restart("[server] transport", ServerConfig::transport),
                    restart("[server] cert_path", config -> config.certPath()),
                    restart("[server] key_path", config -> config.keyPath()),
                    restart("[server] wss_path", ServerConfig::wssPath),
                    restart("[server] web", ServerConfig::web),
                    live("[server] auto_ports", ServerConfig::autoPorts),
                    restart(
                            "[server] publish_bind",
                            config -> config.publishing().bind()),
                    restart("[server] publish_on", config -> config.publishing().on()),
                    restart(
                            "[server] publish_policy",
                            config -> config.publishing().policy()),
                    restart("[server] balancer_cert_path", config -> config.balancerCertPath()),
                    restart("[server] behind_proxy", told(Way.FORWARDED_FOR)),
                    restart("[server] proxy_protocol", told(Way.PROXY_HEADER)),
                    restart("[server] publish_proxy_protocol", told(Way.VISITORS_PROXY_HEADER)),
                    restart(
                            "[server] trusted_proxies",
                            config -> config.balancer().trusted()),
                    restart("[cluster] enabled", config -> config.cluster() != null),
                    restart("[cluster] name", cluster(ClusterConfig::name)),
                    restart("[cluster] secret", cluster(ClusterConfig::secret)),
                    restart("[cluster] node_addr", cluster(ClusterConfig::nodeAddr)),
                    restart("[cluster] cluster_port", cluster(ClusterConfig::clusterPort)),
                    restart("[cluster] link_port", cluster(ClusterConfig::linkPort)),
                    restart("[cluster] link_cert_path", linkFile(ClusterConfig.LinkFiles::cert)),
                    restart("[cluster] link_key_path", linkFile(ClusterConfig.LinkFiles::key)),
                    restart("[cluster] link_ca_path", linkFile(ClusterConfig.LinkFiles::ca)),
                    restart("[cluster] members", cluster(ClusterConfig::members)),
                    restart("[cluster] public_network", cluster(ClusterConfig::network)),
                    restart("[cluster] relay_budget", cluster(ClusterConfig::relayBudget)),
                    restart(
                            "[server] handshake_timeout",
                            config -> config.timing().handshakeTimeout()),
                    live("[server] hold_timeout", config -> config.timing().holdTimeout()),
                    live("[server] resume_timeout", config -> config.timing().resumeTimeout())));

    private static final List<Part<ClientConfig>> CLIENT = parts(
            "[client]",
            List.of(
                    live("[client] server_addr", ClientConfig::servers),
                    live("[client] transport", ClientConfig::transport),
                    live("[client] auth_key", ClientConfig::authKey),
                    live("[client] skip_verify", ClientConfig::skipVerify),
                    live("[client] ca_cert_path", config -> config.caCertPath()),
                    live("[client] server_fingerprint", config -> config.serverFingerprint()),
                    live("[client] channel_binding", ClientConfig::channelBinding),
                    live("[client] proxy", config -> config.httpProxy()),
                    live("[client] wss_path", ClientConfig::wssPath),
                    live("[client] connections", config -> config.connections()),
                    live("[client] max_streams", ClientConfig::maxStreams),
                    live("[client] handshake_timeout", config -> config.timing().handshakeTimeout()),
                    restart("[client] hold_timeout", config -> config.timing().holdTimeout()),
                    restart("[client] resume_timeout", config -> config.timing().resumeTimeout())));

    /** Those of one side, behind them those that both have with the same effect; {@code table} is the side's own. */
    private static <C extends CommonConfig> List<Part<C>> parts(String table, List<Part<C>> own) {
        final Stream<Part<C>> common = Stream.of(
                restart(table + " name", C::name),
                live(table + " ping_interval", config -> config.timing().pingInterval()),
                live(table + " dead_after", config -> config.timing().deadAfter()),
                restart(table + " connect_timeout", config -> config.timing().connectTimeout()),
                restart(table + " drain_timeout", config -> config.timing().drainTimeout()),
                live(table + " reload_interval", C::reloadInterval),
                restart(table + " memory_budget", config -> config.budget().memoryBudget()),
                restart(table + " window_max", config -> config.budget().windowMax()),
                restart(table + " frame_size", config -> config.budget().frameSize()),
                restart(table + " data_path", config -> config.engine().dataPath()),
                restart(table + " io", config -> config.engine().io()),
                restart(table + " tls_engine", config -> config.engine().tls()),
                restart("[admin] enabled", config -> config.admin().enabled()),
                restart("[admin] bind_addr", config -> config.admin().bindAddr()),
                restart("[admin] bind_port", config -> config.admin().bindPort()),
                restart("[admin] metrics_max_proxies", config -> config.admin().metricsMaxProxies()),
                restart("[admin] token", config -> config.admin().token()),
                live("[log] format", config -> config.log().format()),
                live("[log] level", config -> config.log().level()),
                live("[log] access", config -> config.log().access()));
        return Stream.concat(own.stream(), common).toList();
    }

    /** From what a server runs with to what its file says now. */
    public static ConfigChanges between(ServerConfig running, ServerConfig next) {
        return between(
                SERVER,
                running,
                next,
                entries(
                        running.clients(),
                        next.clients(),
                        ClientEntry::name,
                        name -> name.equals("*") ? "[server] auth_key and its rights" : "[[clients]] " + name));
    }

    /** From what a client runs with to what its file says now. */
    public static ConfigChanges between(ClientConfig running, ClientConfig next) {
        return between(
                CLIENT,
                running,
                next,
                entries(running.proxies(), next.proxies(), ProxyConfig::name, name -> "[[proxies]] " + name));
    }

    private static <C> ConfigChanges between(List<Part<C>> parts, C running, C next, List<String> entries) {
        final List<String> live = new ArrayList<>();
        final List<String> restart = new ArrayList<>();
        for (final Part<C> part : parts) {
            if (!Objects.equals(part.value.apply(running), part.value.apply(next))) {
                (part.effect == Effect.LIVE ? live : restart).add(part.name);
            }
        }
        live.addAll(entries);
        return new ConfigChanges(live, restart);
    }

    private static <E> List<String> entries(
            List<E> running, List<E> next, Function<E, String> name, Function<String, String> shown) {
        final Map<String, E> before = byName(running, name);
        final Map<String, E> after = byName(next, name);
        final Set<String> names = new LinkedHashSet<>(before.keySet());
        names.addAll(after.keySet());
        return names.stream()
                .filter(known -> !Objects.equals(before.get(known), after.get(known)))
                .map(shown)
                .toList();
    }

    private static <E> Map<String, E> byName(List<E> entries, Function<E, String> name) {
        return entries.stream()
                .collect(Collectors.toMap(name, Function.identity(), (one, other) -> one, LinkedHashMap::new));
    }

    /** Whether anything differs. */
    public boolean isEmpty() {
        return live.isEmpty() && restart.isEmpty();
    }

    /** Names of keys that need a restart, for the manual. */
    static List<String> restartKeys(FileKind kind) {
        return kind == FileKind.SERVER ? names(SERVER, Effect.RESTART) : names(CLIENT, Effect.RESTART);
    }

    /** Names of keys that take effect at once, for the manual. */
    static List<String> liveKeys(FileKind kind) {
        return kind == FileKind.SERVER ? names(SERVER, Effect.LIVE) : names(CLIENT, Effect.LIVE);
    }

    private static <C> List<String> names(List<Part<C>> parts, Effect effect) {
        return parts.stream()
                .filter(part -> part.effect == effect)
                .map(Part::name)
                .toList();
    }

    /** A value of a cluster's node, null of a single one. */
    private static Function<ServerConfig, ?> cluster(Function<ClusterConfig, ?> value) {
        return config -> config.cluster() == null ? null : value.apply(config.cluster());
    }

    /** A file that a cluster's node was given for links, null of one that was given none. */
    private static Function<ServerConfig, ?> linkFile(Function<ClusterConfig.LinkFiles, ?> file) {
        return cluster(config -> config.linkFiles() == null ? null : file.apply(config.linkFiles()));
    }

    private static Function<ServerConfig, ?> told(Way way) {
        return config -> config.balancer().tells(way);
    }

    private static <C> Part<C> live(String name, Function<C, ?> value) {
        return new Part<>(name, Effect.LIVE, value);
    }

    private static <C> Part<C> restart(String name, Function<C, ?> value) {
        return new Part<>(name, Effect.RESTART, value);
    }
}
