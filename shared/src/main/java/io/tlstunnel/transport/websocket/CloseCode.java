package io.tlstunnel.transport.websocket;

/** Close codes of RFC 6455 §7.4.1 that are sent here, and which ones a peer may send. */
final class CloseCode {
    static final int NORMAL = 1000;
    static final int PROTOCOL_ERROR = 1002;
    static final int UNSUPPORTED_DATA = 1003;
    static final int NONE = 1005;
    static final int ABNORMAL = 1006;
    static final int INVALID_PAYLOAD = 1007;
    static final int TOO_BIG = 1009;

    private static final int LAST_REGISTERED = 1014;
    private static final int LAST = 4999;

    private CloseCode() {}

    /** Whether a close frame may carry it: 1004 to 1006 and 1015 are for APIs, what is above up to 2999 is reserved. */
    static boolean mayBeSent(int code) {
        if (code < 3000) {
            return code >= NORMAL && code <= LAST_REGISTERED && (code < 1004 || code > 1006);
        }
        return code <= LAST;
    }

    /** For a log line. */
    static String describe(int code, String reason) {
        String text = switch (code) {
            case NORMAL -> "1000 normal";
            case 1001 -> "1001 going away";
            case PROTOCOL_ERROR -> "1002 protocol error";
            case UNSUPPORTED_DATA -> "1003 unsupported data";
            case NONE -> "no code";
            case INVALID_PAYLOAD -> "1007 invalid payload";
            case TOO_BIG -> "1009 too big";
            case 1011 -> "1011 internal error";
            case 1012 -> "1012 service restart";
            case 1013 -> "1013 try again later";
            default -> Integer.toString(code);
        };
        return reason.isEmpty() ? text : text + ": " + printable(reason);
    }

    /** The peer wrote it: no control characters may reach a log, and little is enough. */
    private static String printable(String reason) {
        return reason.replaceAll("\\p{Cntrl}", " ");
    }
}
