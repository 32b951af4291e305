package io.tlstunnel.e2e;

import io.netty.buffer.Unpooled;
import io.tlstunnel.transport.websocket.Upgrade;
import io.tlstunnel.wire.Frame;
import io.tlstunnel.wire.FrameDecoder;
import io.tlstunnel.wire.FrameSink;
import io.tlstunnel.wire.WireFormat;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One end of a tunnel's connection by hand, on a blocking socket: says what no client of ours says. */
final class WirePeer implements AutoCloseable {
    static final int BINARY = 2;
    static final int TEXT = 1;
    static final int CLOSE = 8;

    private static final int FIN = 0x80;
    private static final int MASKED = 0x80;
    private static final int LONG_LENGTH = 126;
    private static final int LONGER_LENGTH = 127;
    private static final Pattern UPGRADE_KEY = Pattern.compile("(?i)\r\nSec-WebSocket-Key: *([^\r]+)\r\n");
    private static final byte[] MASK_KEY = {0x12, 0x34, 0x56, 0x78};
    private static final int PATIENCE_MILLIS = 30_000;

    private final Socket socket;
    private final Side side;
    private final WebSocketInput incoming;

    /** Who of the two masks. */
    enum Side {
        CLIENT,
        SERVER
    }

    WirePeer(Socket socket, Side side) throws IOException {
        this.socket = socket;
        this.side = side;
        this.incoming = new WebSocketInput(socket.getInputStream());
    }

    static Socket tcp(int port) throws IOException {
        Socket socket = new Socket();
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MILLIS);
        return socket;
    }

    /** With TLS, whatever certificate is shown. */
    static Socket tls(int port) throws IOException {
        return AnyTls.client(tcp(port));
    }

    /** With TLS, the upgrade done. */
    static WirePeer open(int port) throws IOException {
        return upgraded(tls(port));
    }

    /** Does the client's half of the upgrade. */
    static WirePeer upgraded(Socket socket) throws IOException {
        socket.getOutputStream().write(upgradeHead("/tunnel", "13").getBytes(StandardCharsets.ISO_8859_1));
        String answer = readHead(socket.getInputStream());
        if (!answer.startsWith("HTTP/1.1 101 ")) {
            throw new IOException("no upgrade: " + answer);
        }
        return new WirePeer(socket, Side.CLIENT);
    }

    /** Does the server's half of the upgrade. */
    static WirePeer accepted(Socket socket) throws IOException {
        String head = readHead(socket.getInputStream());
        Matcher key = UPGRADE_KEY.matcher(head);
        if (!key.find()) {
            throw new IOException("no upgrade: " + head);
        }
        String answer = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Protocol: " + Upgrade.SUB_PROTOCOL + "\r\n"
                + "Sec-WebSocket-Accept: " + Upgrade.accept(key.group(1)) + "\r\n\r\n";
        socket.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
        return new WirePeer(socket, Side.SERVER);
    }

    static String upgradeHead(String path, String version) {
        return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Version: " + version + "\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    }

    /** Up to the empty line, not a byte more. */
    static String readHead(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException("the connection ended in " + head);
            }
            head.append((char) next);
        }
        return head.toString();
    }

    int localPort() {
        return socket.getLocalPort();
    }

    Socket socket() {
        return socket;
    }

    void send(byte[] frames) throws IOException {
        raw(header(BINARY, frames.length, side == Side.CLIENT), frames);
    }

    void text(String text) throws IOException {
        byte[] payload = text.getBytes(StandardCharsets.UTF_8);
        raw(header(TEXT, payload.length, side == Side.CLIENT), payload);
    }

    /** As the other side would send it. */
    void wronglyMasked(byte[] payload) throws IOException {
        raw(header(BINARY, payload.length, side != Side.CLIENT), payload);
    }

    /** A header that announces that many bytes, and nothing behind it. */
    void announce(long length) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(10);
        header.put((byte) (FIN | BINARY)).put((byte) (MASKED | LONGER_LENGTH)).putLong(length);
        rawBytes(header.array());
    }

    void rawBytes(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    private static byte[] header(int opcode, int length, boolean masked) {
        ByteBuffer header = ByteBuffer.allocate(14);
        int mask = masked ? MASKED : 0;
        header.put((byte) (FIN | opcode));
        if (length < LONG_LENGTH) {
            header.put((byte) (mask | length));
        } else {
            header.put((byte) (mask | LONG_LENGTH)).putShort((short) length);
        }
        if (masked) {
            header.put(MASK_KEY);
        }
        return Arrays.copyOf(header.array(), header.position());
    }

    private void raw(byte[] header, byte[] payload) throws IOException {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(header);
        boolean masked = (header[1] & MASKED) != 0;
        for (int i = 0; i < payload.length; i++) {
            frame.write(masked ? payload[i] ^ MASK_KEY[i % MASK_KEY.length] : payload[i]);
        }
        rawBytes(frame.toByteArray());
    }

    /** The next frame of the tunnel's protocol, with its header. */
    byte[] next() throws IOException {
        byte[] header = incoming.readNBytes(WireFormat.HEADER_LENGTH);
        if (header.length < WireFormat.HEADER_LENGTH) {
            throw new EOFException("the peer ended it, close code " + incoming.closeCode());
        }
        int length = ByteBuffer.wrap(header).getInt() & 0xff_ffff;
        byte[] payload = incoming.readNBytes(length);
        byte[] frame = Arrays.copyOf(header, header.length + payload.length);
        System.arraycopy(payload, 0, frame, header.length, payload.length);
        return frame;
    }

    Frame nextFrame() throws IOException {
        return decode(next());
    }

    /** A frame of the handshake, or GOAWAY. */
    static Frame decode(byte[] frame) {
        return decode(frame, decoder -> {});
    }

    /** A frame behind the handshake. */
    static Frame decodeBehind(byte[] frame) {
        return decode(frame, FrameDecoder::handshakeDone);
    }

    private static Frame decode(byte[] frame, Consumer<FrameDecoder> prepare) {
        List<Frame> found = new ArrayList<>();
        FrameSink sink = found::add;
        try (FrameDecoder decoder = new FrameDecoder(sink)) {
            prepare.accept(decoder);
            decoder.feed(Unpooled.copiedBuffer(frame));
        }
        return found.get(0);
    }

    /** Reads to the end; the code of the close frame, 0 without one. */
    int closeCode() throws IOException {
        incoming.transferTo(java.io.OutputStream.nullOutputStream());
        return incoming.closeCode();
    }

    /** Reads until the other side has ended it, however. */
    static void awaitEnd(String what, Socket socket, Duration limit) throws IOException {
        socket.setSoTimeout((int) limit.toMillis());
        try {
            socket.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
        } catch (java.net.SocketTimeoutException e) {
            throw new AssertionError(what + " has not ended within " + limit, e);
        } catch (IOException reset) {
            // A reset is an end as well; what TLS makes of it has many names.
            return;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
