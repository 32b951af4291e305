package io.tlstunnel.wire;

/**
 * What a node lets a client have, told in WELCOME.
 *
 * @param maxStreams open streams of the session at once, 1–2³¹−1
 * @param maxTunnels tunnels of the session at once, 1–65535
 * @param maxFrame largest DATA payload in bytes, 1–65536
 */
public record Limits(int maxStreams, int maxTunnels, int maxFrame) {}
