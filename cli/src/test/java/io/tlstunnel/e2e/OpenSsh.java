package io.tlstunnel.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Debian's OpenSSH server on a port of its own, with keys made for the test, and clients that come to it. */
final class OpenSsh implements AutoCloseable {
    private static final Duration SOON = Duration.ofSeconds(30);

    private final Path work;
    private final Daemon daemon;
    private final int port;
    private int visited;

    private OpenSsh(Path work, Daemon daemon, int port) {
        this.work = work;
        this.daemon = daemon;
        this.port = port;
        this.visited = port;
    }

    static OpenSsh start(Path folder) throws IOException {
        Path sshd = Tool.require("sshd");
        Path keygen = Tool.require("ssh-keygen");
        Tool.require("scp");
        Path work = Files.createDirectory(folder.resolve("ssh"));
        for (String key : List.of("host_key", "user_key")) {
            Command.succeed(
                    work, SOON, List.of(keygen.toString(), "-q", "-t", "ed25519", "-N", "", "-C", key, "-f", key));
        }
        Path separation = Path.of("/run/sshd");
        if ("root".equals(System.getProperty("user.name")) && !Files.exists(separation)) {
            Files.createDirectory(separation); // systemd makes it where there is systemd
        }
        int port = Rig.freePort();
        Path config = Files.writeString(work.resolve("sshd_config"), """
                ListenAddress 127.0.0.1:%d
                HostKey %2$s/host_key
                AuthorizedKeysFile %2$s/user_key.pub
                PidFile none
                UsePAM no
                StrictModes no
                PasswordAuthentication no
                KbdInteractiveAuthentication no
                PermitRootLogin prohibit-password
                PrintMotd no
                Subsystem sftp internal-sftp
                """.formatted(port, work));
        Daemon daemon = Daemon.start(work, "sshd", List.of(sshd.toString(), "-D", "-e", "-f", config.toString()));
        daemon.await("Server listening");
        return new OpenSsh(work, daemon, port);
    }

    int port() {
        return port;
    }

    /** Clients go to that port from now on. */
    void through(int published) {
        visited = published;
    }

    List<String> run(String command) {
        return with("ssh", "-p", List.of("localhost", command));
    }

    List<String> copy(String from, String to) {
        return with("scp", "-P", List.of(from, to));
    }

    static String remote(Path file) {
        return "localhost:" + file;
    }

    /** A login shell on a terminal of its own. */
    Process session() throws IOException {
        return new ProcessBuilder(with("ssh", "-p", List.of("-tt", "localhost", "stty -echo; exec sh")))
                .directory(work.toFile())
                .redirectErrorStream(true)
                .start();
    }

    private List<String> with(String program, String portOption, List<String> rest) {
        List<String> command = new ArrayList<>(List.of(
                Tool.require(program).toString(),
                portOption,
                Integer.toString(visited),
                "-F",
                "none",
                "-i",
                work.resolve("user_key").toString(),
                "-o",
                "BatchMode=yes",
                "-o",
                "StrictHostKeyChecking=accept-new",
                "-o",
                "UserKnownHostsFile=" + work.resolve("known_hosts"),
                "-o",
                "ConnectTimeout=20"));
        command.addAll(rest);
        return command;
    }

    @Override
    public void close() {
        daemon.close();
    }
}
