package io.tlstunnel.config;

import io.tlstunnel.config.Section.Form;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * Every key of every table: name, type, range, standard value, alias, description. The only place where they stand;
 * {@code docs/configuration.md} is checked against it.
 */
final class Schema {
    private static final Type<Duration> TIME =
            Quantities.duration(Duration.ofMillis(100), Duration.ofDays(1), Quantities.ZeroRule.REFUSED);
    private static final Type<Duration> TIME_OR_OFF =
            Quantities.duration(Duration.ofMillis(100), Duration.ofDays(1), Quantities.ZeroRule.OFF);
    private static final Type<Integer> PORT = Quantities.integer(1, 65535);
    private static final Type<Integer> PORT_OR_ANY = Quantities.integer(0, 65535);
    private static final Type<Integer> STREAMS = Quantities.integer(1, 1_000_000);
    private static final Type<Integer> TUNNELS = Quantities.integer(1, 64);
    private static final Type<Long> BUDGET = Quantities.size(1L << 20, 1024L << 30);
    private static final Type<List<PortRange>> PORT_LIST =
            Types.ports().list("a list of ports like \"20000-29999\" or 8080");
    private static final Type<List<String>> TYPE_LIST = Choices.proxyType().list("a list of proxy types");
    private static final Type<Path> PEM = Types.path("the path of a PEM file");
    private static final Type<Path> KEY_FILE = Types.path("the path of a file");
    private static final Type<List<Cidr>> BLOCKS =
            Cidr.type().list("a list of addresses and blocks like \"10.0.0.0/8\"", VisitRules.MOST_BLOCKS);
    private static final Type<Integer> STREAM_RATE = Quantities.integer(1, VisitRules.MOST_STREAMS_PER_SECOND);
    private static final Type<Long> BANDWIDTH =
            Quantities.bandwidth(VisitRules.LEAST_BANDWIDTH, VisitRules.MOST_BANDWIDTH);
    private static final List<String> ANY_USER_PORT = List.of("1024-65535");

    private Schema() {}

    /** Times, memory and engine: in {@code [server]} and in {@code [client]}. */
    static final class Both {
        static final Key<Duration> PING_INTERVAL =
                Key.preset("ping_interval", TIME, "5s", "A PING is sent after this much silence.");
        static final Key<Duration> DEAD_AFTER = Key.preset(
                "dead_after",
                TIME,
                "10s",
                "A tunnel on which nothing was heard for this long is dead; above `ping_interval`.");
        static final Key<Duration> HANDSHAKE_TIMEOUT = Key.preset(
                "handshake_timeout",
                TIME,
                "10s",
                "From accepting (or making) the TCP connection to the end of the handshake.");
        static final Key<Duration> CONNECT_TIMEOUT = Key.preset(
                "connect_timeout", TIME, "10s", "For each dial: to the server, to a proxy, to the local service.");
        static final Key<Duration> HOLD_TIMEOUT = Key.preset(
                "hold_timeout",
                TIME_OR_OFF,
                "10s",
                "How long a new public connection waits while the client has no tunnel; 0 = not at all.");
        static final Key<Duration> RESUME_TIMEOUT = Key.preset(
                "resume_timeout",
                TIME,
                "60s",
                "How long a session outlives its last tunnel; at least three times `dead_after`.");
        static final Key<Duration> DRAIN_TIMEOUT = Key.preset(
                "drain_timeout", TIME, "10m", "How long a stop (SIGTERM) waits for the connections that run.");
        static final Key<Duration> RELOAD_INTERVAL = Key.preset(
                "reload_interval",
                TIME_OR_OFF,
                "5s",
                "How often this file is looked at for changes; 0 = only when asked to reload it.");
        static final Key<Long> WINDOW_MAX = Key.preset(
                "window_max",
                Quantities.size(16L << 10, 1L << 30),
                "16MiB",
                "Largest flow-control window of one connection.");
        static final Key<Long> FRAME_SIZE = Key.preset(
                "frame_size", Quantities.size(1L << 10, 64L << 10), "64KiB", "Largest piece of data in one frame.");
        static final Key<Engine.DataPath> DATA_PATH = Key.preset(
                "data_path",
                Choices.DATA_PATH,
                "fast",
                "Which code moves the bytes: our own Netty handlers, or the public Vert.x API as fall-back.");
        static final Key<Engine.Io> IO = Key.preset(
                "io",
                Choices.IO,
                "auto",
                "Kernel interface; `auto` takes epoll where it loads, else NIO. `io_uring` is an experiment: a stream"
                        + " may stall.");
        static final Key<Engine.Tls> TLS_ENGINE = Key.preset(
                "tls_engine", Choices.TLS_ENGINE, "auto", "TLS engine; `auto` takes BoringSSL where it loads.");

        static final List<Key<?>> KEYS = List.of(
                PING_INTERVAL,
                DEAD_AFTER,
                HANDSHAKE_TIMEOUT,
                CONNECT_TIMEOUT,
                HOLD_TIMEOUT,
                RESUME_TIMEOUT,
                DRAIN_TIMEOUT,
                RELOAD_INTERVAL,
                WINDOW_MAX,
                FRAME_SIZE,
                DATA_PATH,
                IO,
                TLS_ENGINE);

        private Both() {}
    }

    /** What limits visitors: in {@code [server]}, {@code [[clients]]} and {@code [[proxies]]}, of different extent. */
    record Visits(
            Key<List<Cidr>> allowFrom, Key<List<Cidr>> denyFrom, Key<Integer> streamsPerSecond, Key<Long> bandwidth) {
        /**
         * @param whom whom visitors come to
         * @param extent what the two figures are about
         */
        static Visits to(String whom, String extent) {
            return new Visits(
                    Key.optional("allow_from", BLOCKS, "all", "Addresses that may visit " + whom + "."),
                    Key.optional("deny_from", BLOCKS, "none", "Addresses that may not, even if `allow_from` has them."),
                    Key.optional(
                            "max_streams_per_second",
                            STREAM_RATE,
                            "no limit",
                            "New connections a second, of " + extent + "; more are reset."),
                    Key.optional(
                            "bandwidth_limit",
                            BANDWIDTH,
                            "no limit",
                            "Bytes or bits a second each way, of " + extent + " together; more has to wait."));
        }
    }

    /** {@code [server]}. */
    static final class Server {
        static final Key<String> NAME = Key.optional(
                "name", Types.name(), "host name and 8 hex digits", "Name of this node, for logs and metrics.");
        static final Key<String> BIND_ADDR = Key.preset(
                "bind_addr", Addresses.bindAddress(), "0.0.0.0", "Address of the tunnel port; `\"::\"` for IPv6.");
        static final Key<Integer> BIND_PORT =
                Key.preset("bind_port", PORT_OR_ANY, 443L, "The tunnel port; 0 = any free one.");
        static final Key<TransportKind> TRANSPORT = Key.preset(
                "transport",
                Choices.TRANSPORT,
                "wss",
                "WebSocket over TLS; `ws` only behind a balancer that ends TLS.");
        static final Key<Secret> AUTH_KEY = Key.optional(
                "auth_key",
                Secrets.key(),
                "only the `[[clients]]` may come",
                "Key for every client that has no `[[clients]]` entry; make one with `tls-tunnel key`.");
        static final Key<Path> AUTH_KEY_FILE =
                Key.optional("auth_key_file", KEY_FILE, "none", "File that holds the key instead of `auth_key`.");
        static final Key<Path> CERT_PATH = Key.optional(
                "cert_path", PEM, "made once, beside this file", "Certificate chain in PEM; together with `key_path`.");
        static final Key<Path> KEY_PATH =
                Key.optional("key_path", PEM, "made once, beside this file", "Private key in PEM.");
        static final Key<String> WSS_PATH = Key.preset(
                        "wss_path", Types.urlPath(), "/tunnel", "Path of the WebSocket; the same in the client.")
                .alias("server_path");
        static final Key<WebConfig> WEB = Key.preset(
                "web",
                Types.web(),
                "404",
                "What ordinary web requests on the tunnel port get: a 404 page, the files of a directory,"
                        + " or another web server.");
        static final Key<PortRange> AUTO_PORTS = Key.preset(
                "auto_ports", Types.ports(), "20000-29999", "Where `publish_port = 0` looks for a free port.");
        static final Key<String> PUBLISH_BIND = Key.optional(
                "publish_bind",
                Addresses.bindAddress(),
                "what the client asks for",
                "Address that public ports are opened on, whatever the client asks for: for several nodes on one host.");
        static final Key<Publishing.On> PUBLISH_ON = Key.preset(
                "publish_on",
                Choices.PUBLISH_ON,
                "all",
                "Which nodes of a cluster open the public ports: all, or those that have a tunnel of the client.");
        static final Key<Publishing.Policy> PUBLISH_POLICY = Key.preset(
                "publish_policy",
                Choices.PUBLISH_POLICY,
                "available",
                "When a proxy is published in a cluster: if one node can open its port, or only if all can.");
        static final Key<List<PortRange>> ALLOW_PORTS =
                Key.preset("allow_ports", PORT_LIST, ANY_USER_PORT, "Ports that clients with `auth_key` may publish.");
        static final Key<List<String>> ALLOW_TYPES =
                Key.optional("allow_types", TYPE_LIST, "all", "Proxy types that clients with `auth_key` may use.");
        static final Key<Integer> MAX_STREAMS =
                Key.preset("max_streams", STREAMS, 10_000L, "Open connections at once of each client with `auth_key`.");
        static final Visits VISITS = Visits.to("clients with `auth_key`", "each of these clients");
        static final Key<Path> BALANCER_CERT_PATH = Key.optional(
                "balancer_cert_path",
                PEM,
                "none",
                "Certificates that the balancer in front shows; read again when the file changes.");
        static final Key<Boolean> BEHIND_PROXY = Key.preset(
                "behind_proxy",
                Quantities.flag(),
                false,
                "Whether `X-Forwarded-For` of `trusted_proxies` names the client, behind a balancer that ends TLS.");
        static final Key<Boolean> PROXY_PROTOCOL = Key.preset(
                "proxy_protocol",
                Quantities.flag(),
                false,
                "Whether `trusted_proxies` name the client by a PROXY header, v1 or v2, in front of each connection to"
                        + " the tunnel port; connections without one, and from others, are refused.");
        static final Key<Boolean> PUBLISH_PROXY_PROTOCOL = Key.preset(
                "publish_proxy_protocol",
                Quantities.flag(),
                false,
                "The same for the public ports: the header names the visitor.");
        static final Key<List<Cidr>> TRUSTED_PROXIES = Key.preset(
                "trusted_proxies",
                BLOCKS,
                List.of("127.0.0.0/8", "::1"),
                "Balancers that are believed when they name clients and visitors.");
        static final Key<Long> MEMORY_BUDGET = Key.preset(
                "memory_budget", BUDGET, "256MiB", "What all connections together may hold beyond 16 KiB each way.");

        static final Section SECTION = section(
                NAME,
                BIND_ADDR,
                BIND_PORT,
                TRANSPORT,
                AUTH_KEY,
                AUTH_KEY_FILE,
                CERT_PATH,
                KEY_PATH,
                WSS_PATH,
                WEB,
                AUTO_PORTS,
                PUBLISH_BIND,
                PUBLISH_ON,
                PUBLISH_POLICY,
                ALLOW_PORTS,
                ALLOW_TYPES,
                MAX_STREAMS,
                VISITS.allowFrom(),
                VISITS.denyFrom(),
                VISITS.streamsPerSecond(),
                VISITS.bandwidth(),
                BALANCER_CERT_PATH,
                BEHIND_PROXY,
                PROXY_PROTOCOL,
                PUBLISH_PROXY_PROTOCOL,
                TRUSTED_PROXIES,
                MEMORY_BUDGET);

        private Server() {}

        private static Section section(Key<?>... own) {
            return new Section("server", Form.SINGLE, withBoth(own));
        }
    }

    /** {@code [[clients]]}. */
    static final class Clients {
        static final Key<String> NAME = Key.required(
                "name", Types.name(), "The client's `name`; it is let in with the key of this entry only.");
        static final Key<Secret> AUTH_KEY =
                Key.optional("auth_key", Secrets.key(), "one of the three is required", "Its key.");
        static final Key<Path> AUTH_KEY_FILE =
                Key.optional("auth_key_file", KEY_FILE, "one of the three is required", "File that holds its key.");
        static final Key<List<Secret>> AUTH_KEYS = Key.optional(
                "auth_keys",
                Secrets.key().list("a list of one or two keys"),
                "one of the three is required",
                "The new and the old key while they are exchanged.");
        static final Key<List<PortRange>> ALLOW_PORTS =
                Key.preset("allow_ports", PORT_LIST, ANY_USER_PORT, "Ports it may publish.");
        static final Key<List<String>> ALLOW_TYPES =
                Key.optional("allow_types", TYPE_LIST, "all", "Proxy types it may use.");
        static final Key<Integer> MAX_STREAMS =
                Key.preset("max_streams", STREAMS, 10_000L, "Open connections at once.");
        static final Key<Integer> CONNECTIONS = Key.preset("connections", TUNNELS, 16L, "Tunnels at once.");
        static final Visits VISITS = Visits.to("it", "all its proxies");

        static final Section SECTION = new Section(
                "clients",
                Form.REPEATED,
                List.of(
                        NAME,
                        AUTH_KEY,
                        AUTH_KEY_FILE,
                        AUTH_KEYS,
                        ALLOW_PORTS,
                        ALLOW_TYPES,
                        MAX_STREAMS,
                        CONNECTIONS,
                        VISITS.allowFrom(),
                        VISITS.denyFrom(),
                        VISITS.streamsPerSecond(),
                        VISITS.bandwidth()));

        private Clients() {}
    }

    /** {@code [cluster]}. */
    static final class Cluster {
        static final Key<Boolean> ENABLED = Key.optional(
                "enabled",
                Quantities.flag(),
                "`true` where there is a `[cluster]`",
                "Whether this node is one of several.");
        static final Key<String> NAME = Key.preset(
                "name", Types.name(), "tls-tunnel", "Name of the cluster; nodes of another one are not met.");
        static final Key<Secret> SECRET = Key.optional(
                "secret", Secrets.key(), "this or `secret_file` is required", "What all nodes share, and no client.");
        static final Key<Path> SECRET_FILE =
                Key.optional("secret_file", KEY_FILE, "this or `secret` is required", "File that holds the secret.");
        static final Key<String> NODE_ADDR = Key.optional(
                "node_addr",
                Addresses.bindAddress(),
                "this machine's private address; of several the one that `members` names",
                "Address that the other nodes reach this one at.");
        static final Key<Integer> CLUSTER_PORT = Key.preset(
                "cluster_port",
                PORT,
                5701L,
                "Port of Hazelcast; the event bus takes the one above it. For the other nodes only.");
        static final Key<Integer> LINK_PORT =
                Key.preset("link_port", PORT, 7443L, "Port of the links between nodes, for the other nodes only.");
        static final Key<Path> LINK_CERT_PATH = Key.optional(
                "link_cert_path",
                PEM,
                "made at each start, from the secret",
                "Certificate chain that the other nodes are shown; together with the next two.");
        static final Key<Path> LINK_KEY_PATH =
                Key.optional("link_key_path", PEM, "made at each start", "Private key of it.");
        static final Key<Path> LINK_CA_PATH = Key.optional(
                "link_ca_path",
                PEM,
                "made from the secret",
                "Roots that certificates of the other nodes have to chain to.");
        static final Key<List<Addresses.Endpoint>> MEMBERS = Key.required(
                "members",
                Addresses.endpoint().list("a host, or a list of hosts, each with or without \":port\""),
                "Where the others are: some of them, or one DNS name that has an address for each; it is asked again.");
        static final Key<Boolean> PUBLIC_NETWORK = Key.preset(
                "public_network",
                Quantities.flag(),
                false,
                "Whether `node_addr` may be a public address; Hazelcast does not encrypt.");
        static final Key<Long> RELAY_BUDGET = Key.preset(
                "relay_budget",
                BUDGET,
                "8MiB",
                "What connections that enter at other nodes may hold here on their way, for each client's tunnel.");

        static final Section SECTION = new Section(
                "cluster",
                Form.SINGLE,
                List.of(
                        ENABLED,
                        NAME,
                        SECRET,
                        SECRET_FILE,
                        NODE_ADDR,
                        CLUSTER_PORT,
                        LINK_PORT,
                        LINK_CERT_PATH,
                        LINK_KEY_PATH,
                        LINK_CA_PATH,
                        MEMBERS,
                        PUBLIC_NETWORK,
                        RELAY_BUDGET));

        private Cluster() {}
    }

    /** {@code [client]}. */
    static final class Client {
        static final Key<String> NAME = Key.optional(
                "name",
                Types.name(),
                "host name and 8 hex digits",
                "Name of this client; two programs with one name replace each other.");
        static final Key<List<Addresses.Endpoint>> SERVER_ADDR = Key.required(
                "server_addr",
                Addresses.endpoint().list("a host, or a list of hosts, each with or without \":port\""),
                "The server, or several to be tried in this order; IPv6 with a port in brackets.");
        static final Key<Integer> SERVER_PORT =
                Key.preset("server_port", PORT, 443L, "The server's tunnel port, where `server_addr` names none.");
        static final Key<TransportKind> TRANSPORT = Key.preset(
                "transport", Choices.TRANSPORT, "wss", "WebSocket over TLS; `ws` only to a loopback address.");
        static final Key<Secret> AUTH_KEY = Key.optional(
                "auth_key", Secrets.key(), "this or `auth_key_file` is required", "The key; the same in the server.");
        static final Key<Path> AUTH_KEY_FILE =
                Key.optional("auth_key_file", KEY_FILE, "this or `auth_key` is required", "File that holds the key.");
        static final Key<Boolean> SKIP_VERIFY = Key.preset(
                "skip_verify",
                Quantities.flag(),
                false,
                "Accept any certificate; the key still tells a wrong server, as long as `channel_binding` is on.");
        static final Key<Path> CA_CERT_PATH =
                Key.optional("ca_cert_path", PEM, "the system's", "Roots to trust instead of the system's, in PEM.");
        static final Key<String> SERVER_FINGERPRINT = Key.optional(
                "server_fingerprint",
                Types.fingerprint(),
                "none",
                "Accept the one certificate with this SHA-256; upper case, colons and `sha256:` are fine.");
        static final Key<ClientConfig.ChannelBinding> CHANNEL_BINDING = Key.preset(
                "channel_binding",
                Choices.CHANNEL_BINDING,
                "on",
                "Whether the key proves the certificate too; off only behind a proxy that inspects TLS.");
        static final Key<HttpProxy> PROXY = Key.optional(
                "proxy",
                Secrets.httpProxy(),
                "none",
                "HTTP proxy to go through by CONNECT; special characters in user and password percent-encoded.");
        static final Key<String> WSS_PATH = Key.preset(
                        "wss_path", Types.urlPath(), "/tunnel", "Path of the WebSocket; the same in the server.")
                .alias("server_path");
        static final Key<Integer> CONNECTIONS = Key.optional(
                "connections",
                TUNNELS,
                "`1`; `2` in a cluster",
                "Tunnels to keep up, in a cluster at different nodes.");
        static final Key<Integer> MAX_STREAMS =
                Key.preset("max_streams", STREAMS, 10_000L, "Open connections at once.");
        static final Key<Long> MEMORY_BUDGET = Key.preset(
                "memory_budget", BUDGET, "64MiB", "What all connections together may hold beyond 16 KiB each way.");

        static final Section SECTION = section(
                NAME,
                SERVER_ADDR,
                SERVER_PORT,
                TRANSPORT,
                AUTH_KEY,
                AUTH_KEY_FILE,
                SKIP_VERIFY,
                CA_CERT_PATH,
                SERVER_FINGERPRINT,
                CHANNEL_BINDING,
                PROXY,
                WSS_PATH,
                CONNECTIONS,
                MAX_STREAMS,
                MEMORY_BUDGET);

        private Client() {}

        private static Section section(Key<?>... own) {
            return new Section("client", Form.SINGLE, withBoth(own));
        }
    }

    /** {@code [[proxies]]}. */
    static final class Proxies {
        static final Key<String> NAME = Key.required("name", Types.name(), "Name, unique in the file.");
        static final Key<String> PROXY_TYPE =
                Key.preset("proxy_type", Choices.proxyType(), "tcp", "What is carried; all as bytes in this version.");
        static final Key<String> PUBLISH_ADDR =
                Key.preset("publish_addr", Addresses.bindAddress(), "0.0.0.0", "Address to listen on at the server.");
        static final Key<Integer> PUBLISH_PORT =
                Key.required("publish_port", PORT_OR_ANY, "Port to listen on at the server; 0 = the server picks one.");
        static final Key<String> LOCAL_ADDR =
                Key.preset("local_addr", Addresses.host(), "127.0.0.1", "Host of the service, seen from the client.");
        static final Key<Integer> LOCAL_PORT = Key.required("local_port", PORT, "Port of the service.");
        static final Visits VISITS = Visits.to("this proxy", "this proxy");
        static final Key<String> GROUP = Key.optional(
                "group",
                Types.name(),
                "it has the port for itself",
                "Shares the port with the clients that name the same group and show its `group_key`.");
        static final Key<Secret> GROUP_KEY = Key.optional(
                "group_key",
                Secrets.key(),
                "required with `group`",
                "What the members of the group share; the server shows it to nobody.");
        static final Key<Integer> WEIGHT = Key.preset(
                "weight",
                Quantities.integer(1, Sharing.MOST_WEIGHT),
                1L,
                "How many of the group's visitors come here, beside the weights of the others.");
        static final Key<HealthCheck.Kind> HEALTH_CHECK = Key.optional(
                "health_check",
                Choices.HEALTH_CHECK,
                "none",
                "How the client looks after the service: `tcp` connects, `http` wants 2xx or 3xx for a GET.");
        static final Key<String> HEALTH_CHECK_PATH =
                Key.preset("health_check_path", Types.urlPath(), "/", "What an `http` check gets.");
        static final Key<Duration> HEALTH_CHECK_INTERVAL = Key.preset(
                "health_check_interval", TIME, "10s", "From the beginning of one check to that of the next.");
        static final Key<Duration> HEALTH_CHECK_TIMEOUT = Key.preset(
                "health_check_timeout",
                TIME,
                "3s",
                "For a check as a whole; if absent never longer than the interval.");
        static final Key<Integer> HEALTH_CHECK_THRESHOLD = Key.preset(
                "health_check_threshold",
                Quantities.integer(1, 100),
                3L,
                "Failures in a row after which the service is down; one success makes it up again.");
        static final Key<Duration> SLOW_START = Key.preset(
                "slow_start",
                TIME_OR_OFF,
                "30s",
                "How long the weight grows from a tenth to its full once the service is up again; 0 = at once.");

        static final Section SECTION = new Section(
                "proxies",
                Form.REPEATED,
                List.of(
                        NAME,
                        PROXY_TYPE,
                        PUBLISH_ADDR,
                        PUBLISH_PORT,
                        LOCAL_ADDR,
                        LOCAL_PORT,
                        VISITS.allowFrom(),
                        VISITS.denyFrom(),
                        VISITS.streamsPerSecond(),
                        VISITS.bandwidth(),
                        GROUP,
                        GROUP_KEY,
                        WEIGHT,
                        HEALTH_CHECK,
                        HEALTH_CHECK_PATH,
                        HEALTH_CHECK_INTERVAL,
                        HEALTH_CHECK_TIMEOUT,
                        HEALTH_CHECK_THRESHOLD,
                        SLOW_START));

        private Proxies() {}
    }

    /** {@code [admin]}. */
    static final class Admin {
        static final Key<Boolean> ENABLED = Key.optional(
                "enabled",
                Quantities.flag(),
                "`true`; in a client `false` unless there is an `[admin]`",
                "Whether health and metrics are served.");
        static final Key<String> BIND_ADDR = Key.preset(
                "bind_addr", Addresses.bindAddress(), "127.0.0.1", "Address of health and metrics; keep it private.");
        static final Key<Integer> BIND_PORT =
                Key.preset("bind_port", PORT_OR_ANY, 9900L, "Port of health and metrics; 0 = any free one.");
        static final Key<Integer> METRICS_MAX_PROXIES = Key.preset(
                "metrics_max_proxies",
                Quantities.integer(0, 100_000),
                200L,
                "Proxies with metrics of their own; the rest count as `other`.");
        static final Key<Secret> TOKEN = Key.optional(
                "token",
                Secrets.key(),
                "none: the API answers on a loopback address only",
                "What a server's API asks for.");
        static final Key<Path> TOKEN_FILE =
                Key.optional("token_file", KEY_FILE, "none", "File that holds the token instead of `token`.");

        static final Section SECTION = new Section(
                "admin", Form.SINGLE, List.of(ENABLED, BIND_ADDR, BIND_PORT, METRICS_MAX_PROXIES, TOKEN, TOKEN_FILE));

        private Admin() {}
    }

    /** {@code [log]}. */
    static final class Log {
        static final Key<LogConfig.Format> FORMAT =
                Key.preset("format", Choices.LOG_FORMAT, "text", "Lines for people, or one JSON object per line.");
        static final Key<String> LEVEL =
                Key.preset("level", Choices.LOG_LEVEL, "info", "The least level that is written.");
        static final Key<LogConfig.Access> ACCESS = Key.preset(
                "access", Choices.LOG_ACCESS, true, "Whether each public connection leaves a line when it ends.");

        static final Section SECTION = new Section("log", Form.SINGLE, List.of(FORMAT, LEVEL, ACCESS));

        private Log() {}
    }

    /** The tables that a file of that kind may have, the main one first. */
    static List<Section> sections(FileKind kind) {
        return kind == FileKind.SERVER
                ? List.of(Server.SECTION, Clients.SECTION, Cluster.SECTION, Admin.SECTION, Log.SECTION)
                : List.of(Client.SECTION, Proxies.SECTION, Admin.SECTION, Log.SECTION);
    }

    private static List<Key<?>> withBoth(Key<?>... own) {
        return Stream.<Key<?>>concat(Stream.of(own), Both.KEYS.stream()).toList();
    }
}
