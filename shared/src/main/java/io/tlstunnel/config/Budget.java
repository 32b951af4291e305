package io.tlstunnel.config;

/**
 * Bounds of memory.
 *
 * @param memoryBudget bytes that all streams together may hold beyond their floor (256 MiB on a node, 64 MiB in a
 *     client)
 * @param windowMax largest window of one stream in bytes (16 MiB)
 * @param frameSize largest DATA payload in bytes (64 KiB)
 */
public record Budget(long memoryBudget, int windowMax, int frameSize) {}
