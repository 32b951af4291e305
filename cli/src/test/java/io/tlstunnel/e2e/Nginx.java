package io.tlstunnel.e2e;

import io.tlstunnel.e2e.Sample.Nodes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Debian's nginx, with parts of {@code conf/nginx.conf} in front of nodes on this machine, or as a web server. */
final class Nginx {
    /** What makes it read its configuration again. */
    static final String RELOAD = "HUP";

    private static final Path STREAM_MODULE = Path.of("/usr/lib/nginx/modules/ngx_stream_module.so");

    private static final String BIND = "proxy_bind " + Balancer.ADDRESS + ";";

    private Nginx() {}

    /** A folder with {@code index.html}. */
    static Path page(Path folder) throws IOException {
        Path site = Files.createDirectories(folder.resolve("site"));
        Files.writeString(site.resolve("index.html"), "<p>hello from behind the tunnel</p>\n".repeat(20));
        return site;
    }

    private static Sample part(String part) {
        return Sample.of("nginx.conf", part)
                .with("user www-data;", user())
                .with("worker_shutdown_timeout 30s;", "worker_shutdown_timeout 500ms;")
                .with("worker_rlimit_nofile 65536;", "")
                .with("worker_connections 16384;", "worker_connections 4096;");
    }

    private static String user() {
        return "root".equals(System.getProperty("user.name")) ? "user root;" : "";
    }

    /** Ends TLS on that port, and names the client by X-Forwarded-For. */
    static Sample ending(int port, Path certificate, Path key, Nodes nodes) {
        return part("http")
                .with("listen 8443", "listen 127.0.0.1:" + port)
                .with("/etc/nginx/tunnel.crt", certificate)
                .with("/etc/nginx/tunnel.key", key)
                .with("proxy_buffering off;", "proxy_buffering off; " + BIND)
                .with(nodes, 8081, "");
    }

    /**
     * Passes TLS on to a server, and names the client by a PROXY header; the visitors of {@code visitors} go on to the same
     * port of {@code address}.
     */
    static Sample passingWithVisitors(int port, int server, int visitors, String address) {
        return part("stream")
                .with("proxy_protocol on;", "proxy_protocol on; " + BIND)
                .withoutLines("33.3% ")
                .withoutLines("10.0.0.12:")
                .withoutLines("10.0.0.13:")
                .with("listen 443;", "listen 127.0.0.1:" + port + ";")
                .with("10.0.0.11:443", "127.0.0.1:" + server)
                .with("listen 20000-20100;", "listen 127.0.0.1:" + visitors + "-" + visitors + ";")
                .with("*     10.0.0.13", "* " + address);
    }

    /** Skips the test, or fails it in CI, where nginx cannot pass TCP on. */
    static void requireStreams() {
        Tool.require("nginx");
        if (!Files.exists(STREAM_MODULE)) {
            Tool.missing("nginx has no stream module: apt-get install libnginx-mod-stream");
        }
    }

    /** As a web server; {@code servers} goes into its http block. */
    static Daemon start(Path folder, String servers) throws IOException {
        return run(folder, """
                %s
                worker_processes 2;
                events { worker_connections 4096; }
                http {
                    keepalive_requests 1000000;
                    %s
                }
                """.formatted(user(), servers));
    }

    /** @param configuration names the port on which it listens first */
    static Daemon start(Path folder, Sample configuration) throws IOException {
        return run(folder, configuration.text());
    }

    private static Daemon run(Path folder, String configuration) throws IOException {
        Path nginx = Tool.require("nginx");
        Path work = Files.createDirectories(folder.resolve("nginx"));
        Path config =
                Files.writeString(work.resolve("nginx.conf"), configuration.replace("http {\n", """
                http {
                    access_log off;
                    client_body_temp_path %1$s/body;
                    proxy_temp_path %1$s/proxy;
                    fastcgi_temp_path %1$s/fastcgi;
                    uwsgi_temp_path %1$s/uwsgi;
                    scgi_temp_path %1$s/scgi;
                """.formatted(work)));
        String here = "daemon off; error_log stderr; pid " + work.resolve("pid") + ";";
        Daemon running = Daemon.start(
                work, "nginx", List.of(nginx.toString(), "-e", "stderr", "-g", here, "-c", config.toString()));
        Ports.awaitOpen(configuration.substring(configuration.indexOf("listen ")));
        return running;
    }
}
