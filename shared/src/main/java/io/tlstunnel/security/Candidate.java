package io.tlstunnel.security;

/**
 * A key that may prove a name, and what it allows.
 *
 * @param <E> the permissions behind the key
 */
public record Candidate<E>(TunnelKey key, E entry) {}
