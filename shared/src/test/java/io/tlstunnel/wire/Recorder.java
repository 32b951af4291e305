package io.tlstunnel.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.ArrayList;
import java.util.List;

/** Notes what a decoder found. Parts of DATA, and of unknown frames, that follow one another become one again. */
class Recorder implements FrameSink {
    private final List<String> found = new ArrayList<>();
    private final List<byte[]> handshake = new ArrayList<>();
    private final StringBuilder parts = new StringBuilder();
    private String partsOf = "";

    List<String> found() {
        flushParts();
        return found;
    }

    List<byte[]> handshake() {
        return handshake;
    }

    @Override
    public void frame(Frame frame) {
        if (frame instanceof Frame.Data data) {
            part("Data(channel=" + data.channel() + ", payload=", data.payload());
            return;
        }
        flushParts();
        found.add(Described.describe(frame));
        if (frame instanceof Frame.Datagram datagram) {
            datagram.payload().release();
        }
    }

    @Override
    public void handshakeBytes(byte[] frameWithHeader) {
        handshake.add(frameWithHeader);
    }

    @Override
    public void unknown(int type, int channel, ByteBuf part, int left) {
        part("Unknown(type=" + type + ", channel=" + channel + ", payload=", part);
        if (left == 0) {
            flushParts();
        }
    }

    private void part(String of, ByteBuf part) {
        if (!of.equals(partsOf)) {
            flushParts();
            partsOf = of;
        }
        parts.append(ByteBufUtil.hexDump(part));
        part.release();
    }

    private void flushParts() {
        if (!partsOf.isEmpty()) {
            found.add(partsOf + parts + ")");
            partsOf = "";
            parts.setLength(0);
        }
    }
}
