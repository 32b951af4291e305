package io.tlstunnel.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Debian's nginx with a configuration of the test's own. */
final class Nginx {
    /** What makes it read its configuration again. */
    static final String RELOAD = "HUP";

    private Nginx() {}

    /** A folder with {@code index.html}. */
    static Path page(Path folder) throws IOException {
        Path site = Files.createDirectories(folder.resolve("site"));
        Files.writeString(site.resolve("index.html"), "<p>hello from behind the tunnel</p>\n".repeat(20));
        return site;
    }

    /** Ends TLS on that port, and passes tunnels on as the manual sets it up; goes into its http block. */
    static String ending(int port, Path certificate, Path key, String upstream) {
        String location =
                Manual.block("nginx", 0).with("http://127.0.0.1:8081", upstream).text();
        return """
                server {
                    listen 127.0.0.1:%d ssl;
                    ssl_certificate %s;
                    ssl_certificate_key %s;
                    %s
                }
                """.formatted(port, certificate, key, location);
    }

    /** @param servers goes into its http block */
    static Daemon start(Path folder, String servers) throws IOException {
        Path nginx = Tool.require("nginx");
        Path work = Files.createDirectories(folder.resolve("nginx"));
        Path config = Files.writeString(work.resolve("nginx.conf"), """
                daemon off;
                %s
                worker_processes 2;
                worker_shutdown_timeout 500ms;
                pid %2$s/pid;
                error_log stderr;
                events { worker_connections 4096; }
                http {
                    access_log off;
                    keepalive_requests 1000000;
                    client_body_temp_path %2$s/body;
                    proxy_temp_path %2$s/proxy;
                    fastcgi_temp_path %2$s/fastcgi;
                    uwsgi_temp_path %2$s/uwsgi;
                    scgi_temp_path %2$s/scgi;
                    map $http_upgrade $connection_upgrade { default upgrade; '' close; }
                    %3$s
                }
                """.formatted(
                        "root".equals(System.getProperty("user.name")) ? "user root;" : "", work, servers));
        Daemon running =
                Daemon.start(work, "nginx", List.of(nginx.toString(), "-e", "stderr", "-c", config.toString()));
        Ports.awaitOpen(servers);
        return running;
    }
}
