package io.tlstunnel.transport.testing;

import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A real HTTP proxy, run from a configuration in a temporary directory, with user {@code alice}, password {@code s3cret}. */
public final class RealProxy implements AutoCloseable {
    public static final String USER = "alice";
    public static final String PASSWORD = "s3cret";

    private final Process process;
    private final int port;

    private RealProxy(List<String> command, Path directory, int port) throws IOException {
        this.port = port;
        this.process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("output").toFile())
                .start();
        Awaitility.await("the proxy listens; its output is in " + directory)
                .atMost(Duration.ofSeconds(30))
                .until(this::listens);
    }

    /** Squid; it refuses port {@code forbidden}. */
    public static RealProxy squid(Path directory, int forbidden) throws IOException {
        Path program = program("squid", List.of("/usr/sbin/squid", "/usr/local/sbin/squid"));
        int port = TestPorts.free();
        // Started by root, Squid becomes another user, who needs this directory too.
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
        Path judge = Files.writeString(directory.resolve("judge"), """
                #!/bin/sh
                while read -r user password; do
                  if [ "$user $password" = "%s %s" ]; then echo OK; else echo ERR; fi
                done
                """.formatted(USER, PASSWORD));
        Files.setPosixFilePermissions(judge, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path config = Files.writeString(directory.resolve("squid.conf"), """
                http_port 127.0.0.1:%1$d
                auth_param basic program %2$s/judge
                acl known proxy_auth REQUIRED
                acl forbidden port %3$d
                http_access deny forbidden
                http_access allow known
                http_access deny all
                access_log stdio:%2$s/access.log
                cache_log %2$s/cache.log
                pid_filename %2$s/squid.pid
                coredump_dir %2$s
                cache deny all
                memory_cache_shared off
                pinger_enable off
                shutdown_lifetime 1 second
                """.formatted(port, directory, forbidden));
        return new RealProxy(
                List.of(program.toString(), "-N", "-n", "tlstunnel" + port, "-f", config.toString()), directory, port);
    }

    /** Tinyproxy. */
    public static RealProxy tinyproxy(Path directory) throws IOException {
        Path program = program("tinyproxy", List.of("/usr/bin/tinyproxy", "/usr/sbin/tinyproxy"));
        int port = TestPorts.free();
        Path config =
                Files.writeString(directory.resolve("tinyproxy.conf"), """
                Port %1$d
                Listen 127.0.0.1
                Timeout 60
                LogFile "%2$s/tinyproxy.log"
                PidFile "%2$s/tinyproxy.pid"
                MaxClients 50
                BasicAuth %3$s %4$s
                """.formatted(port, directory, USER, PASSWORD));
        return new RealProxy(List.of(program.toString(), "-d", "-c", config.toString()), directory, port);
    }

    private static Path program(String name, List<String> places) {
        for (String place : places) {
            if (Files.isExecutable(Path.of(place))) {
                return Path.of(place);
            }
        }
        String sentence = name + " is not installed (apt-get install " + name + "): the test through it did not run";
        if ("true".equals(System.getenv("CI"))) {
            fail(sentence);
        }
        return abort(sentence);
    }

    private boolean listens() {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    public int port() {
        return port;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }
}
