package io.tlstunnel.config;

/**
 * The group that a proxy belongs to: clients that show the same name and key publish one port together.
 *
 * @param name of the group
 * @param key what its members share, and nobody else
 * @param weight 1–100: how many visitors it gets beside the others
 */
public record GroupConfig(String name, Secret key, int weight) {}
