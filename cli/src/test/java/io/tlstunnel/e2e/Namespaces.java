package io.tlstunnel.e2e;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Network namespaces for the nodes of a cluster. Each has two interfaces: one to a private network that only nodes are on,
 * whose cable can be pulled, and one to a public network that this process is on too. All of it goes with {@link #close}.
 */
final class Namespaces implements AutoCloseable {
    private static final int SECONDS = 20;

    private final String id = "tt" + ProcessHandle.current().pid() % 10_000;
    private final int nodes;
    private final Path ip;

    Namespaces(int nodes) throws IOException {
        this.nodes = nodes;
        this.ip = Tool.require("ip");
        if (!"root".equals(System.getProperty("user.name"))) {
            Tool.missing("network namespaces need root");
        }
        bridge("p");
        bridge("v");
        ip("addr", "add", publicAddress(254) + "/24", "dev", id + "v");
        for (int node = 1; node <= nodes; node++) {
            ip("netns", "add", name(node));
            ip("-n", name(node), "link", "set", "lo", "up");
            plug(node, "p", privateAddress(node));
            plug(node, "v", publicAddress(node));
        }
    }

    static String privateAddress(int node) {
        return "10.77.0." + node;
    }

    static String publicAddress(int node) {
        return "10.78.0." + node;
    }

    private String name(int node) {
        return id + "n" + node;
    }

    private void bridge(String network) throws IOException {
        ip("link", "add", id + network, "type", "bridge");
        ip("link", "set", id + network, "up");
    }

    private void plug(int node, String network, String address) throws IOException {
        String outside = id + network + node;
        ip("link", "add", outside, "type", "veth", "peer", "name", "eth" + network, "netns", name(node));
        ip("link", "set", outside, "master", id + network, "up");
        ip("-n", name(node), "addr", "add", address + "/24", "dev", "eth" + network);
        ip("-n", name(node), "link", "set", "eth" + network, "up");
    }

    /** Cuts the node off from the others; the public does not notice. */
    void pull(int node) throws IOException {
        ip("link", "set", id + "p" + node, "down");
    }

    /** Ends what {@link #pull} began. */
    void plugAgain(int node) throws IOException {
        ip("link", "set", id + "p" + node, "up");
    }

    /** What runs a program there: to be put in front of its command line. */
    List<String> at(int node) {
        return List.of(ip.toString(), "netns", "exec", name(node));
    }

    private void ip(String... arguments) throws IOException {
        Process process = new ProcessBuilder(Stream.concat(Stream.of(ip.toString()), Stream.of(arguments))
                        .toList())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException("ip " + String.join(" ", arguments) + ": " + said);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public void close() throws IOException {
        for (int node = 1; node <= nodes; node++) {
            // The kernel keeps a namespace, and what is plugged into it, while a connection in it is not quite over.
            ip("link", "del", id + "p" + node);
            ip("link", "del", id + "v" + node);
            ip("netns", "del", name(node));
        }
        ip("link", "del", id + "p");
        ip("link", "del", id + "v");
    }
}
