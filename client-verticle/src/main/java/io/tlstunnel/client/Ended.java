package io.tlstunnel.client;

/** How a client's run ended. */
public sealed interface Ended {

    /** By {@link TunnelClient#shutdown}. */
    record Stopped() implements Ended {}

    /** Another client came with the same name; {@code sentence} names its address. */
    record Superseded(String sentence) implements Ended {}

    /** It cannot go on; {@code sentence} says why and what to do. */
    record Failed(String sentence) implements Ended {}
}
