package io.tlstunnel.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.tlstunnel.wire.Frame.Data;
import io.tlstunnel.wire.Frame.Datagram;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a byte stream into frames. Message borders mean nothing to it: a frame may come in any number of buffers, and a
 * buffer may hold any number of frames. DATA is handed on at once, as retained slices of what was fed; every other frame
 * is collected whole first.
 *
 * <p>One per direction of a tunnel, on one thread, not re-entrant; but the sink may call {@link #handshakeDone},
 * {@link #sink} and {@link #close} while it is given a frame, and what follows that frame in the same buffer obeys.
 */
public final class FrameDecoder implements AutoCloseable {
    /** First size of a buffer that collects a frame; it grows with what really arrives. */
    private static final int COLLECT_FROM = 512;

    private final PayloadReader reader = new PayloadReader();
    private FrameSink sink;
    private boolean handshakeDone;
    private boolean closed;

    private long header;
    private int headerBytes;
    /** Type of the frame whose payload is being read; null while unknown. */
    private @Nullable FrameType type;
    /** Payload bytes of it that are still to come. */
    private int left;
    /** Its first part, while it is collected over several buffers. */
    private @Nullable ByteBuf collected;

    /** Before {@link #handshakeDone} only handshake frames and GOAWAY pass. */
    public FrameDecoder(FrameSink sink) {
        this.sink = sink;
    }

    /** WELCOME was sent or received: from the next frame on the tunnel's own frames pass, and no handshake frame. */
    public void handshakeDone() {
        handshakeDone = true;
    }

    /** From the next frame on, {@code next} takes them. */
    public void sink(FrameSink next) {
        sink = next;
    }

    /**
     * Decodes. Takes over {@code bytes} (releases it). After {@link #close}, or once this has thrown, input is released
     * and ignored.
     *
     * @throws MalformedFrameException if the bytes break a rule of the protocol; the frames before were handed on
     */
    public void feed(ByteBuf bytes) {
        try {
            while (!closed && bytes.isReadable()) {
                if (headerBytes < WireFormat.HEADER_LENGTH) {
                    header(bytes);
                } else {
                    payload(bytes);
                }
            }
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        } finally {
            bytes.release();
        }
    }

    /** Releases what is held; further input is released and ignored. Idempotent. */
    @Override
    public void close() {
        closed = true;
        if (collected != null) {
            collected.release();
            collected = null;
        }
    }

    private void header(ByteBuf bytes) {
        if (headerBytes == 0 && bytes.readableBytes() >= WireFormat.HEADER_LENGTH) {
            header = bytes.readLong();
            headerBytes = WireFormat.HEADER_LENGTH;
        } else {
            while (headerBytes < WireFormat.HEADER_LENGTH && bytes.isReadable()) {
                header = (header << 8) | bytes.readUnsignedByte();
                headerBytes++;
            }
            if (headerBytes < WireFormat.HEADER_LENGTH) {
                return;
            }
        }
        type = FrameType.of(FrameHeader.type(header));
        left = FrameHeader.length(header);
        String flaw = FrameHeader.flaw(type, header, handshakeDone);
        if (flaw != null) {
            throw new MalformedFrameException(flaw);
        }
        if (left == 0) {
            payload(Unpooled.EMPTY_BUFFER);
        }
    }

    /** Takes what {@code bytes} has of the current payload. */
    private void payload(ByteBuf bytes) {
        if (type == FrameType.DATA) {
            data(bytes);
        } else if (type == null) {
            unknown(bytes);
        } else if (collected != null || bytes.readableBytes() < left) {
            collect(type, bytes);
        } else {
            whole(type, bytes);
        }
    }

    private void data(ByteBuf bytes) {
        int length = Math.min(left, bytes.readableBytes());
        endsAfter(length);
        sink.frame(new Data(FrameHeader.channel(header), bytes.readRetainedSlice(length)));
    }

    private void unknown(ByteBuf bytes) {
        int length = Math.min(left, bytes.readableBytes());
        endsAfter(length);
        if (FrameHeader.channel(header) == 0) {
            bytes.skipBytes(length);
        } else {
            sink.unknown(FrameHeader.type(header), FrameHeader.channel(header), bytes.readRetainedSlice(length), left);
        }
    }

    private void collect(FrameType known, ByteBuf bytes) {
        if (collected == null) {
            collected = bytes.alloc().buffer(Math.min(COLLECT_FROM, left), left);
        }
        int length = Math.min(left, bytes.readableBytes());
        collected.writeBytes(bytes, length);
        left -= length;
        if (left == 0) {
            ByteBuf whole = collected;
            collected = null;
            try {
                left = whole.readableBytes();
                whole(known, whole);
            } finally {
                whole.release();
            }
        }
    }

    /** Decodes the {@code left} next bytes, the whole payload. */
    private void whole(FrameType known, ByteBuf bytes) {
        int length = left;
        int channel = FrameHeader.channel(header);
        endsAfter(length);
        if (known == FrameType.DATAGRAM) {
            sink.frame(new Datagram(channel, bytes.readRetainedSlice(length)));
            return;
        }
        int start = bytes.readerIndex();
        reader.begin(known, bytes, length);
        Frame frame = FrameCodec.read(known, channel, reader);
        reader.finish();
        if (known.isHandshake()) {
            sink.handshakeBytes(withHeader(bytes, start, length));
        }
        if (!closed) {
            sink.frame(frame);
        }
    }

    /** Counts payload bytes as taken, before the sink hears of them. */
    private void endsAfter(int length) {
        left -= length;
        if (left == 0) {
            headerBytes = 0;
        }
    }

    private byte[] withHeader(ByteBuf bytes, int start, int length) {
        byte[] frame = new byte[WireFormat.HEADER_LENGTH + length];
        Unpooled.wrappedBuffer(frame).setLong(0, header);
        bytes.getBytes(start, frame, WireFormat.HEADER_LENGTH, length);
        return frame;
    }
}
