package io.tlstunnel.client.status;

/** How an attempt to bring a tunnel up ended: the step that failed, from the name to WELCOME. */
public enum DialOutcome {
    /** The tunnel is up. */
    OK,
    /** The server's name has no address. */
    DNS,
    /** No TCP connection to any address. */
    CONNECT,
    /** The company's HTTP proxy said no. */
    HTTP_PROXY,
    /** TLS failed for another reason than the certificate. */
    TLS,
    /** The certificate could not be verified. */
    CERTIFICATE,
    /** The answer to the upgrade was not a WebSocket. */
    UPGRADE,
    /** The server did not admit this client. */
    REFUSED,
    /** The server proved no knowledge of the key, or the certificate was swapped on the way. */
    UNTRUSTED,
    /** A node that is leaving sent us elsewhere. */
    DRAINING,
    /** Not done within {@code connect_timeout} or {@code handshake_timeout}. */
    TIMEOUT,
    /** The server broke the protocol. */
    MALFORMED,
    /** The connection was lost during the handshake. */
    TRANSPORT
}
