package io.tlstunnel.config;

/** Ports {@code first} to {@code last}, both included; 0–65535. */
public record PortRange(int first, int last) {
    public boolean contains(int port) {
        return first <= port && port <= last;
    }

    @Override
    public String toString() {
        return first == last ? Integer.toString(first) : first + "-" + last;
    }
}
