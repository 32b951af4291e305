package io.tlstunnel.transport.websocket;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The payload of a close frame: nothing, or a code and a reason in UTF-8. */
final class ClosePayload {
    private static final int MAX_REASON = 123;

    private ClosePayload() {}

    /** Checks a received one and tells {@code events}. */
    static void read(byte[] payload, int length, FrameEvents events) {
        if (length == 0) {
            events.closeFrame(CloseCode.NONE, "");
            return;
        }
        if (length == 1) {
            events.violation(CloseCode.PROTOCOL_ERROR, "close frame of one byte");
            return;
        }
        ByteBuffer bytes = ByteBuffer.wrap(payload, 0, length);
        int code = bytes.getShort() & 0xffff;
        if (!CloseCode.mayBeSent(code)) {
            events.violation(CloseCode.PROTOCOL_ERROR, "close code " + code + ", which nobody may send");
            return;
        }
        try {
            events.closeFrame(
                    code, StandardCharsets.UTF_8.newDecoder().decode(bytes).toString());
        } catch (CharacterCodingException notUtf8) {
            events.violation(CloseCode.INVALID_PAYLOAD, "close reason that is not UTF-8");
        }
    }

    /** @param code {@link CloseCode#NONE}: an empty payload */
    static byte[] write(int code, String reason) {
        if (code == CloseCode.NONE) {
            return new byte[0];
        }
        byte[] text = reason.getBytes(StandardCharsets.US_ASCII);
        byte[] cut = Arrays.copyOf(text, Math.min(text.length, MAX_REASON));
        return ByteBuffer.allocate(Short.BYTES + cut.length)
                .putShort((short) code)
                .put(cut)
                .array();
    }
}
