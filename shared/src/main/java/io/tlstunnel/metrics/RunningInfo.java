package io.tlstunnel.metrics;

/**
 * What runs, as {@code …_info} says it.
 *
 * @param version of the program
 * @param io kernel interface that became active ({@code io_uring}, {@code epoll}, {@code nio})
 * @param tls TLS engine that became active ({@code boringssl}, {@code jdk})
 * @param dataPath {@code fast} or {@code plain}
 */
public record RunningInfo(String version, String io, String tls, String dataPath) {

    /** Version of the program, from its jar's manifest; {@code dev} when it runs from classes. */
    public static String ofProgram() {
        String version = RunningInfo.class.getPackage().getImplementationVersion();
        return version == null ? "dev" : version;
    }
}
