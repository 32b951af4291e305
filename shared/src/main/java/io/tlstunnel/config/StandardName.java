package io.tlstunnel.config;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The name of a node or client that gives itself none: host name, {@code -}, and 8 hex digits of SHA-256(machine id,
 * absolute path of the configuration). The same at each start, another for each machine and file. Blocks.
 */
final class StandardName {
    private static final Path MACHINE_ID = Path.of("/etc/machine-id");
    private static final Path KERNEL_HOST_NAME = Path.of("/proc/sys/kernel/hostname");
    private static final int DIGITS = 8;
    private static final int MAX_HOST_LENGTH = 40;

    private StandardName() {}

    static String of(Path configuration) {
        final String host = hostName();
        final String machineId = firstLine(MACHINE_ID);
        return of(host, machineId.isEmpty() ? host : machineId, configuration);
    }

    static String of(String host, String machineId, Path configuration) {
        final String identity =
                machineId + '\0' + configuration.toAbsolutePath().normalize();
        final String digest = HexFormat.of().formatHex(sha256(identity));
        final String plain = host.replaceAll("[^A-Za-z0-9.-]", "-").replaceAll("^[.-]+", "");
        final String shown = plain.isEmpty() ? "host" : plain.substring(0, Math.min(plain.length(), MAX_HOST_LENGTH));
        return shown + "-" + digest.substring(0, DIGITS);
    }

    /** From the kernel where it tells, because Java's way may ask DNS and wait. */
    private static String hostName() {
        final String kernel = firstLine(KERNEL_HOST_NAME);
        if (!kernel.isEmpty()) {
            return kernel;
        }
        final String windows = System.getenv("COMPUTERNAME");
        if (windows != null && !windows.isBlank()) {
            return windows;
        }
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException nameless) {
            return "localhost";
        }
    }

    private static String firstLine(Path path) {
        try {
            return Files.readString(path).lines().findFirst().orElse("").strip();
        } catch (IOException absent) {
            return "";
        }
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
