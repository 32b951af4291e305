package io.tlstunnel.wire;

/** What became of one proxy on one node. */
public sealed interface ProxyResult {

    /** Name of the proxy. */
    String proxy();

    /** Published; {@code publicAddress} is what visitors dial, as {@code host:port}. */
    record Accepted(String proxy, String publicAddress) implements ProxyResult {}

    /** Not published, and asking again with the same revision changes nothing until the reason is gone. */
    record Refused(String proxy, RefusalCode code, String reason) implements ProxyResult {}

    /** Undecided (a claim timed out): the client sends REGISTER again. */
    record Retry(String proxy, String reason) implements ProxyResult {}
}
