package io.tlstunnel.config;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What someone meant who wrote a key that is none: a slip, another table, the name in another program. */
final class Hints {
    private static final List<Section> SECTIONS = Stream.of(FileKind.values())
            .flatMap(kind -> Schema.sections(kind).stream())
            .distinct()
            .toList();

    /** Names never to be followed by the value that was found. */
    private static final Set<String> SECRET = Set.of("auth_key", "auth_keys", "secret", "group_key", "token", "proxy");

    private static final Set<String> LATER = Set.of(
            "allowdomains", "proxyprotocol", "customdomains", "subdomain", "domains", "host", "hosts", "locations");

    /** Names in frp, rathole, chisel and the Rust program of this name → ours; by table, letters and digits only. */
    private static final Map<String, Map<String, String>> ELSEWHERE = Map.of(
            "server",
            Map.ofEntries(
                    Map.entry("port", "bind_port"),
                    Map.entry("listenport", "bind_port"),
                    Map.entry("listen", "bind_addr"),
                    Map.entry("listenaddr", "bind_addr"),
                    Map.entry("token", "auth_key"),
                    Map.entry("defaulttoken", "auth_key"),
                    Map.entry("secret", "auth_key"),
                    Map.entry("password", "auth_key"),
                    Map.entry("psk", "auth_key"),
                    Map.entry("path", "wss_path"),
                    Map.entry("wspath", "wss_path"),
                    Map.entry("websocketpath", "wss_path"),
                    Map.entry("cert", "cert_path"),
                    Map.entry("certfile", "cert_path"),
                    Map.entry("tlscert", "cert_path"),
                    Map.entry("keyfile", "key_path"),
                    Map.entry("tlskey", "key_path"),
                    Map.entry("heartbeatinterval", "ping_interval"),
                    Map.entry("heartbeattimeout", "dead_after"),
                    Map.entry("trustedips", "trusted_proxies"),
                    Map.entry("trustproxy", "behind_proxy"),
                    Map.entry("acceptproxy", "proxy_protocol"),
                    Map.entry("useproxyprotocol", "proxy_protocol"),
                    Map.entry("maxconnections", "max_streams")),
            "client",
            Map.ofEntries(
                    Map.entry("server", "server_addr"),
                    Map.entry("serverhost", "server_addr"),
                    Map.entry("remoteaddr", "server_addr"),
                    Map.entry("remote", "server_addr"),
                    Map.entry("port", "server_port"),
                    Map.entry("token", "auth_key"),
                    Map.entry("defaulttoken", "auth_key"),
                    Map.entry("secret", "auth_key"),
                    Map.entry("password", "auth_key"),
                    Map.entry("psk", "auth_key"),
                    Map.entry("path", "wss_path"),
                    Map.entry("wspath", "wss_path"),
                    Map.entry("websocketpath", "wss_path"),
                    Map.entry("httpproxy", "proxy"),
                    Map.entry("proxyurl", "proxy"),
                    Map.entry("insecure", "skip_verify"),
                    Map.entry("tlsskipverify", "skip_verify"),
                    Map.entry("insecureskipverify", "skip_verify"),
                    Map.entry("ca", "ca_cert_path"),
                    Map.entry("cacert", "ca_cert_path"),
                    Map.entry("cafile", "ca_cert_path"),
                    Map.entry("trustedroot", "ca_cert_path"),
                    Map.entry("fingerprint", "server_fingerprint"),
                    Map.entry("poolcount", "connections"),
                    Map.entry("poolsize", "connections"),
                    Map.entry("heartbeatinterval", "ping_interval"),
                    Map.entry("heartbeattimeout", "dead_after"),
                    Map.entry("user", "name")),
            "proxies",
            Map.of(
                    "remoteport", "publish_port",
                    "bindport", "publish_port",
                    "port", "publish_port",
                    "remoteaddr", "publish_addr",
                    "bindaddr", "publish_addr",
                    "localip", "local_addr",
                    "localhost", "local_addr",
                    "type", "proxy_type"),
            "clients",
            Map.of("token", "auth_key", "user", "name", "password", "auth_key", "ports", "allow_ports"),
            "cluster",
            Map.of(
                    "token", "secret",
                    "password", "secret",
                    "authkey", "secret",
                    "port", "cluster_port",
                    "addr", "node_addr",
                    "advertiseaddr", "node_addr",
                    "join", "members",
                    "nodes", "members",
                    "peers", "members"),
            "admin",
            Map.of(
                    "port", "bind_port",
                    "addr", "bind_addr",
                    "listen", "bind_addr",
                    "password", "token",
                    "authkey", "token",
                    "secret", "token"),
            "log",
            Map.of("loglevel", "level", "logformat", "format", "accesslog", "access"));

    /** Names that moved to another table, or stand for something that works otherwise; the rest of the sentence. */
    private static final Map<String, String> SENTENCES = Map.ofEntries(
            Map.entry("statsaddr", "has become bind_addr in [admin]"),
            Map.entry("statsport", "has become bind_port in [admin]"),
            Map.entry("dashboardaddr", "is bind_addr in [admin] here"),
            Map.entry("dashboardport", "is bind_port in [admin] here"),
            Map.entry("loglevel", "is level in [log] here"),
            Map.entry("logformat", "is format in [log] here"),
            Map.entry(
                    "services",
                    "is no table of this version; each service is an entry of [[proxies]] in the client's file"),
            Map.entry("proxies", "is a table of its own; begin each entry with [[proxies]]"),
            Map.entry("clients", "is a table of its own; begin each entry with [[clients]]"));

    /** The same for the limits of visitors, in whichever table they may stand: ngrok, HAProxy, frp. */
    private static final Map<String, String> VISITS_ELSEWHERE = Map.ofEntries(
            Map.entry("allowcidrs", "allow_from"),
            Map.entry("cidrallow", "allow_from"),
            Map.entry("allowip", "allow_from"),
            Map.entry("allowips", "allow_from"),
            Map.entry("whitelist", "allow_from"),
            Map.entry("denycidrs", "deny_from"),
            Map.entry("cidrdeny", "deny_from"),
            Map.entry("denyip", "deny_from"),
            Map.entry("denyips", "deny_from"),
            Map.entry("blacklist", "deny_from"),
            Map.entry("maxconnrate", "max_streams_per_second"),
            Map.entry("maxconnectionspersecond", "max_streams_per_second"),
            Map.entry("connectionrate", "max_streams_per_second"),
            Map.entry("connectionspersecond", "max_streams_per_second"),
            Map.entry("bandwidth", "bandwidth_limit"),
            Map.entry("ratelimit", "bandwidth_limit"));

    private Hints() {}

    /**
     * What an unknown key was meant to be.
     *
     * @param rest what follows the key in the sentence
     * @param line the line to write instead, or null
     * @param key that counts as tried, or null
     */
    record Meant(
            String rest, @Nullable String line, @Nullable String key) {}

    static Meant of(Section section, String written, Object value) {
        final String plain = Spelling.plain(written);
        final String elsewhere = elsewhere(section, plain);
        if (elsewhere != null) {
            return new Meant("is called " + elsewhere + " here", line(elsewhere, value), elsewhere);
        }
        final String sentence = sentence(written);
        if (sentence != null) {
            return new Meant(sentence, null, null);
        }
        if (LATER.contains(plain)) {
            return new Meant("is not in this version", null, null);
        }
        return near(section, written);
    }

    private static @Nullable String elsewhere(Section section, String plain) {
        final String own = ELSEWHERE.getOrDefault(section.name(), Map.of()).get(plain);
        final String visits = VISITS_ELSEWHERE.get(plain);
        return own != null || visits == null || section.key(visits).isEmpty() ? own : visits;
    }

    /** What has become of that name, as the rest of a sentence, or null. */
    static @Nullable String sentence(String written) {
        return SENTENCES.get(Spelling.plain(written));
    }

    private static Meant near(Section section, String written) {
        final String unknown = "is not a key of " + section.header();
        final String near = Spelling.nearest(written, section.words());
        final List<String> homes = SECTIONS.stream()
                .filter(other -> !other.equals(section) && other.key(written).isPresent())
                .map(Section::header)
                .toList();
        if (near != null && (homes.isEmpty() || Spelling.plain(near).equals(Spelling.plain(written)))) {
            final String name = section.key(near).map(Key::name).orElse(near);
            return new Meant(unknown + "; did you mean " + name + "?", null, name);
        }
        return homes.isEmpty()
                ? new Meant(unknown, null, null)
                : new Meant(unknown + "; it belongs in " + String.join(" or ", homes), null, null);
    }

    private static @Nullable String line(String key, Object value) {
        final boolean scalar = value instanceof String || value instanceof Number || value instanceof Boolean;
        return scalar && !SECRET.contains(key) ? key + " = " + TomlText.literal(value) : null;
    }
}
