package io.tlstunnel.config;

/** Commented samples of the two files, which {@code tls-tunnel template} prints and {@code conf/} holds. */
public final class ConfigTemplate {
    private static final String SERVER = """
            # The public side. Start it with:  tls-tunnel server server-wss.toml
            # All keys: docs/configuration.md. Lines that begin with "#" show what may be set, most with its standard value.

            [server]
            bind_addr = "0.0.0.0"               # "::" listens on IPv6 too
            bind_port = 443                     # the standard HTTPS port passes most firewalls
            transport = "wss"                   # WebSocket over TLS
            auth_key = "your-secret-key-here"   # replace it: `tls-tunnel key` makes one; the same here and in the client
            # auth_key_file = "auth.key"        # or keep it in a file of its own

            # Certificate in PEM. Without these two lines one is made at the first start, and its fingerprint printed.
            # cert_path = "/path/to/cert.pem"
            # key_path = "/path/to/key.pem"

            # wss_path = "/tunnel"              # only a WebSocket upgrade on this path is the tunnel...
            # web = "404"                       # ...other requests get a 404 page, a directory, or "http://127.0.0.1:8080"

            # allow_ports = ["1024-65535"]      # ports that clients may publish
            # auto_ports = "20000-29999"        # where publish_port = 0 looks

            # A client with a key and rights of its own; auth_key above is for all others.
            # [[clients]]
            # name = "office"
            # auth_key_file = "office.key"
            # allow_ports = [2222, "8000-8099"]
            # allow_from = ["192.0.2.0/24"]     # who may visit it; deny_from, max_streams_per_second, bandwidth_limit too

            # Health and metrics: http://127.0.0.1:9900/health/ready and /metrics
            # [admin]
            # bind_addr = "127.0.0.1"
            # bind_port = 9900

            # [log]
            # format = "text"                   # or "json"
            # level = "info"
            """;

    private static final String CLIENT = """
            # The side next to your services. Start it with:  tls-tunnel client client-wss.toml
            # All keys: docs/configuration.md. Lines that begin with "#" show what may be set, most with its standard value.

            [client]
            server_addr = "your-server.com"     # or several: ["a.example.com", "b.example.com:8443"]
            server_port = 443
            transport = "wss"                   # WebSocket over TLS
            auth_key = "your-secret-key-here"   # replace it: the same as in the server
            # auth_key_file = "auth.key"        # or keep it in a file of its own
            skip_verify = false                 # check the server's certificate, as one should

            # One of these two if the server's certificate is not from a public authority:
            # server_fingerprint = "sha256:..." # the server prints it at start
            # ca_cert_path = "/path/to/ca.pem"

            # proxy = "http://user:password@proxy.company.com:8080"
            # wss_path = "/tunnel"              # the same as in the server
            # connections = 2                   # tunnels to keep up; 1 is usual, 2 in a cluster

            # What is published: proxy_type, publish_addr and publish_port are the server's side, local_addr and local_port yours.
            [[proxies]]
            name = "web-server"
            proxy_type = "http/1.1"
            publish_addr = "0.0.0.0"
            publish_port = 8080                 # 0 = the server picks one
            local_port = 80
            # local_addr = "127.0.0.1"
            # allow_from = ["192.0.2.0/24"]     # who may visit; deny_from, max_streams_per_second, bandwidth_limit too

            [[proxies]]
            name = "ssh-server"
            proxy_type = "tcp"
            publish_addr = "0.0.0.0"
            publish_port = 2222
            local_port = 22

            # Health and metrics: http://127.0.0.1:9900/health/ready and /metrics
            # [admin]
            # bind_port = 9900
            """;

    private ConfigTemplate() {}

    /** The sample of that kind. Its {@code auth_key} is refused until the user has replaced it. */
    public static String of(FileKind kind) {
        return kind == FileKind.SERVER ? SERVER : CLIENT;
    }
}
