package io.tlstunnel.metrics;

/**
 * What runs, as {@code …_info} says it.
 *
 * @param version of the program
 * @param io kernel interface that became active ({@code io_uring}, {@code epoll}, {@code nio})
 * @param tls TLS engine that became active ({@code boringssl}, {@code jdk})
 * @param dataPath {@code fast} or {@code plain}
 */
public record RunningInfo(String version, String io, String tls, String dataPath) {}
