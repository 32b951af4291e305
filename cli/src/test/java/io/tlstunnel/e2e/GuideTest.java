package io.tlstunnel.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The guide's two files with real values, the program as two processes, and behind it the services the guide names: an
 * OpenSSH server and a web server.
 */
@Timeout(value = 15, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class GuideTest {
    private static final String KEY = "a key for this test only 0123456789";
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final int MIB = 1024 * 1024;

    private Path folder;
    private final List<Daemon> running = new ArrayList<>();
    private int webPort;
    private int sshPort;

    /** Starts server and client with the guide's files; the services may come later. */
    private void startTunnel(int localWeb, int localSsh) throws IOException {
        Path certificates = Files.createDirectory(folder.resolve("certificates"));
        Daemon made = started(Daemon.tlsTunnel(folder, "cert", List.of(), "cert", "--out", certificates.toString()));
        assertThat(made.exit()).as(made.log()).isZero();
        int tunnelPort = Rig.freePort();
        Path server = GuideFiles.server()
                .with("correct horse battery staple", KEY)
                .with("\"0.0.0.0\"", "\"127.0.0.1\"")
                .with("= 443", "= " + tunnelPort)
                .switchOn("cert_path", "/path/to/cert.pem", certificates.resolve("server-cert.pem"))
                .switchOn("key_path", "/path/to/key.pem", certificates.resolve("server-key.pem"))
                .write(folder.resolve("server-wss.toml"));
        webPort = Rig.freePort();
        sshPort = Rig.freePort();
        Path client = GuideFiles.client()
                .with("correct horse battery staple", KEY)
                .with("your-server.com", "localhost")
                .with("\"0.0.0.0\"", "\"127.0.0.1\"")
                .with("server_port = 443", "server_port = " + tunnelPort)
                .with("publish_port = 8080", "publish_port = " + webPort)
                .with("local_port = 80", "local_port = " + localWeb)
                .with("publish_port = 2222", "publish_port = " + sshPort)
                .with("local_port = 22", "local_port = " + localSsh)
                .switchOn("ca_cert_path", "/path/to/ca.pem", certificates.resolve("server-cert.pem"))
                .write(folder.resolve("client-wss.toml"));
        started(Daemon.tlsTunnel(folder, "server", List.of(), "server", server.toString()))
                .await("server listening");
        Daemon running = started(Daemon.tlsTunnel(folder, "client", List.of(), "client", client.toString()));
        running.await(Pattern.compile("published.*proxy=web-server"));
        running.await(Pattern.compile("published.*proxy=ssh-server"));
    }

    private Daemon started(Daemon daemon) {
        running.add(daemon);
        return daemon;
    }

    @BeforeEach
    void openFolder(@TempDir Path fresh) throws IOException {
        folder = fresh;
        // sshd and nginx's workers must be able to walk through it.
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @AfterEach
    void endAll() {
        for (int i = running.size() - 1; i >= 0; i--) {
            running.get(i).close();
        }
    }

    @Test
    void opensshRunsCommandsKeepsASessionAndCopiesFiles() throws IOException {
        try (OpenSsh ssh = OpenSsh.start(folder)) {
            startTunnel(Rig.freePort(), ssh.port());
            ssh.through(sshPort);
            assertThat(Command.succeed(folder, MINUTE, ssh.run("echo through the tunnel"))
                            .text())
                    .contains("through the tunnel");

            try (Shell shell = new Shell(ssh.session())) {
                assertThat(shell.type("one")).isEqualTo("one");
                copy(ssh);
                assertThat(shell.type("two")).isEqualTo("two");
                assertThat(shell.exit(7)).isEqualTo(7);
            }
        }
    }

    private void copy(OpenSsh ssh) throws IOException {
        Path original = folder.resolve("original.bin");
        String hash = write(original, Scale.of(32, 1024));
        Path there = folder.resolve("there.bin");
        Path back = folder.resolve("back.bin");
        Command up =
                Command.succeed(folder, Duration.ofMinutes(10), ssh.copy(original.toString(), OpenSsh.remote(there)));
        Files.delete(original);
        Command down =
                Command.succeed(folder, Duration.ofMinutes(10), ssh.copy(OpenSsh.remote(there), back.toString()));
        long mib = Files.size(back) / MIB;
        System.out.printf(
                Locale.ROOT,
                "figures: scp of %d MiB through the tunnel: in %.1f s (%.0f MiB/s) to the service, %.1f s (%.0f MiB/s)"
                        + " from it; SHA-256 equal%n",
                mib,
                seconds(up),
                mib / seconds(up),
                seconds(down),
                mib / seconds(down));
        assertThat(hash(there)).isEqualTo(hash);
        assertThat(hash(back)).isEqualTo(hash);
        Files.delete(there);
        Files.delete(back);
    }

    private static double seconds(Command command) {
        return command.took().toMillis() / 1000.0;
    }

    /** Random bytes, and their hash. */
    private static String write(Path file, int mebibytes) throws IOException {
        SplittableRandom random = new SplittableRandom(mebibytes);
        byte[] piece = new byte[MIB];
        try (OutputStream out = Files.newOutputStream(file)) {
            for (int i = 0; i < mebibytes; i++) {
                random.nextBytes(piece);
                out.write(piece);
            }
        }
        return hash(file);
    }

    private static String hash(Path file) throws IOException {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            try (DigestInputStream in = new DigestInputStream(Files.newInputStream(file), sha256)) {
                in.transferTo(OutputStream.nullOutputStream());
            }
            return HexFormat.of().formatHex(sha256.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void nginxStandsALoadTestThroughTheTunnel() throws IOException {
        Path wrk = Tool.require("wrk");
        int local = Rig.freePort();
        started(Nginx.start(folder, """
                server {
                    listen 127.0.0.1:%d;
                    root %s;
                }
                """.formatted(local, Nginx.page(folder))));
        startTunnel(local, Rig.freePort());

        Duration length = Scale.of(Duration.ofSeconds(3), Duration.ofSeconds(30));
        String report = Command.succeed(
                        folder,
                        length.plus(MINUTE),
                        List.of(
                                wrk.toString(),
                                "-t2",
                                "-c64",
                                "-d" + length.toSeconds() + "s",
                                "--latency",
                                "--timeout",
                                "10s",
                                "http://127.0.0.1:" + webPort + "/index.html"))
                .text();
        System.out.println("figures: wrk -c 64 through the tunnel\n" + report);
        assertThat(report).doesNotContain("Socket errors", "Non-2xx");
        Matcher requests = Pattern.compile("(\\d+) requests in").matcher(report);
        assertThat(requests.find()).as(report).isTrue();
        assertThat(Long.parseLong(requests.group(1))).isGreaterThan(64);
    }
}
