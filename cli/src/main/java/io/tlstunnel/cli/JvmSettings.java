package io.tlstunnel.cli;

import java.util.Map;

/**
 * System properties that the libraries below read once, when their classes load: so this runs first in every main, and
 * the jars need no flags. What the user set by {@code -D} stays.
 */
final class JvmSettings {

    /**
     * Thread caches of the pooled allocator keep buffers up to this size (its default, 32 KiB, is below our reads of
     * 64 KiB with headers in front).
     */
    private static final int CACHED_BUFFER = 128 * 1024;

    /** Pages of 8 KiB shifted by this make a chunk: 2 MiB, so that an idle process holds few of them. */
    private static final int CHUNK_ORDER = 8;

    /** Seconds that the JVM believes what it was told of a name; 30 by default, and nodes come and go faster. */
    private static final int NAME_LIFETIME = 5;

    private static final Map<String, String> DEFAULTS = Map.of(
            "io.netty.allocator.maxCachedBufferCapacity",
            Integer.toString(CACHED_BUFFER),
            "io.netty.allocator.maxOrder",
            Integer.toString(CHUNK_ORDER),
            "io.netty.tryReflectionSetAccessible",
            "true",
            "sun.net.inetaddr.ttl",
            Integer.toString(NAME_LIFETIME),
            "hazelcast.logging.type",
            "slf4j",
            "hazelcast.phone.home.enabled",
            "false");

    /** Netty's own switches; with them every "auto" ends at NIO and the JDK's TLS. */
    private static final Map<String, String> NATIVES_OFF =
            Map.of("io.netty.transport.noNative", "true", "io.netty.handler.ssl.noOpenSsl", "true");

    private JvmSettings() {}

    /** Sets what is not set. {@code -Dtlstunnel.natives=false} turns native transports and BoringSSL off. */
    static void apply() {
        DEFAULTS.forEach(System.getProperties()::putIfAbsent);
        if ("false".equals(System.getProperty("tlstunnel.natives"))) {
            NATIVES_OFF.forEach(System.getProperties()::putIfAbsent);
        }
    }
}
