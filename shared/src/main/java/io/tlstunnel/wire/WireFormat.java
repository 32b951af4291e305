package io.tlstunnel.wire;

/** Sizes and limits of protocol version 1, in bytes (docs/protocol.md). */
public final class WireFormat {
    /** The protocol version that this codec speaks. */
    public static final int VERSION = 1;

    /** {@code u8 type · u24 length · u32 channel}. */
    public static final int HEADER_LENGTH = 8;

    /** Greatest payload of any frame but REGISTER and REGISTERED; a frame of unknown type may be that long too. */
    public static final int MAX_FRAME = 64 * 1024;

    /** Greatest payload of DATA. */
    public static final int MAX_DATA = MAX_FRAME;

    /** Greatest payload of REGISTER and REGISTERED. */
    public static final int MAX_REGISTER = 1024 * 1024;

    /** Greatest payload of any frame before WELCOME; the layouts stay far below it. */
    public static final int MAX_HANDSHAKE = 4 * 1024;

    /** Greatest payload of DATAGRAM: what fits into UDP over IPv4. */
    public static final int MAX_DATAGRAM = 65_507;

    /** Greatest length of a reason in UTF-8; the encoder cuts longer ones. */
    public static final int MAX_REASON = 1024;

    /** Greatest length of GOAWAY's reference in UTF-8. */
    public static final int MAX_REFERENCE = 64;

    /** Greatest number of versions in HELLO. */
    public static final int MAX_VERSIONS = 16;

    /** Greatest number of options of a proxy. */
    public static final int MAX_OPTIONS = 64;

    /** Nonces in HELLO and CHALLENGE. */
    public static final int NONCE_LENGTH = 32;

    /** Channel binding in PROOF: a SHA-256. */
    public static final int BINDING_LENGTH = 32;

    /** Any MAC of the handshake: an HMAC-SHA-256. */
    public static final int MAC_LENGTH = 32;

    /** The resume secret in WELCOME. */
    public static final int RESUME_SECRET_LENGTH = 16;

    /** PROOF and WELCOME end with their MAC: it covers the frame without this many last bytes. */
    public static final int MAC_FROM_END = MAC_LENGTH;

    /** In PROOF the resume MAC stands before the MAC: it covers the frame without this many last bytes. */
    public static final int RESUME_MAC_FROM_END = 2 * MAC_LENGTH;

    /** Length of one entry of WINDOWS. */
    static final int WINDOWS_ENTRY = 20;

    private WireFormat() {}
}
