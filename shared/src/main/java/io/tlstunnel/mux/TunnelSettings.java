package io.tlstunnel.mux;

import java.time.Duration;

/**
 * What a tunnel needs to know from configuration and handshake.
 *
 * @param role which side dialled
 * @param ownInitialWindow bytes that the peer may send right behind OPEN (told in HELLO or WELCOME)
 * @param peerInitialWindow bytes that this side may send right behind OPEN
 * @param windowMax largest receive window of a stream in bytes
 * @param frameSize largest DATA payload to send in bytes, 1–65536
 * @param maxPeerStreams streams that the peer may have opened and not finished at once; 0 = it may open none
 * @param pingInterval silence after which PING is sent
 * @param deadAfter silence after which the tunnel is given up
 * @param linger how long a reset stream's last bytes may take to reach its far socket
 */
public record TunnelSettings(
        Role role,
        int ownInitialWindow,
        int peerInitialWindow,
        int windowMax,
        int frameSize,
        int maxPeerStreams,
        Duration pingInterval,
        Duration deadAfter,
        Duration linger) {

    /** Told in HELLO and WELCOME unless configured smaller. */
    public static final int DEFAULT_INITIAL_WINDOW = 32 * 1024;

    /** Which side dialled the tunnel: it opens odd channels, the other even ones. */
    public enum Role {
        DIALLED,
        ANSWERED
    }
}
