package io.tlstunnel.transport.balancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageEncoder;
import io.netty.handler.codec.haproxy.HAProxyProtocolVersion;
import io.netty.handler.codec.haproxy.HAProxyProxiedProtocol;
import io.netty.handler.codec.haproxy.HAProxyTLV;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyHeaderTest {
    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";
    private static final byte[] BEHIND = "behind it".getBytes(StandardCharsets.US_ASCII);

    /** Feeds it in pieces, each no longer than what is wanted; nothing of what follows may be asked for. */
    private static ProxyHeader read(byte[] header, Random pieces) throws HeaderException {
        ByteBuf in = Unpooled.wrappedBuffer(header, BEHIND);
        ProxyHeader read = new ProxyHeader();
        while (!read.isWhole()) {
            assertThat(read.wanted()).isPositive().isLessThanOrEqualTo(in.readableBytes() - BEHIND.length);
            read.take(in.readSlice(1 + pieces.nextInt(read.wanted())));
        }
        assertThat(read.wanted()).isZero();
        assertThat(ByteBufUtil.getBytes(in)).isEqualTo(BEHIND);
        return read;
    }

    private static @Nullable String source(byte[] header) throws HeaderException {
        ProxyHeader pieces = read(header, new Random(header.length));
        ByteBuf in = Unpooled.wrappedBuffer(header, BEHIND);
        ProxyHeader atOnce = new ProxyHeader();
        atOnce.take(in);
        assertThat(atOnce.isWhole()).isTrue();
        assertThat(ByteBufUtil.getBytes(in)).isEqualTo(BEHIND);
        assertThat(atOnce.source()).isEqualTo(pieces.source());
        return atOnce.source() == null
                ? null
                : atOnce.source().getAddress().getHostAddress() + " "
                        + atOnce.source().getPort();
    }

    private static byte[] ascii(String line) {
        return (line + "\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    @ParameterizedTest
    @CsvSource({
        "PROXY TCP4 198.51.100.7 192.0.2.1 53480 443, 198.51.100.7 53480",
        "PROXY TCP4 1.1.1.1 2.2.2.2 0 0, 1.1.1.1 0",
        "PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535, 255.255.255.255 65535",
        "PROXY TCP6 2001:db8::7 2001:db8::1 53480 443, 2001:db8:0:0:0:0:0:7 53480",
        "PROXY TCP6 ::1 ::1 1 2, 0:0:0:0:0:0:0:1 1",
        "PROXY UNKNOWN, ",
        "PROXY UNKNOWN ffff:f...f:ffff ffff:f...f:ffff 65535 65535, ",
    })
    void readsVersion1(String line, @Nullable String source) throws HeaderException {
        assertThat(source(ascii(line))).isEqualTo(source);
    }

    @Test
    void readsTheLongestLineOfVersion1() throws HeaderException {
        String address = "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff";
        byte[] longest = ascii("PROXY TCP6 " + address + " " + address + " 65535 65535");

        assertThat(longest).hasSize(ProxyHeader.MOST_V1 - 3);
        assertThat(source(longest)).isEqualTo(address + " 65535");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PROXY TCP4 198.51.100.7 192.0.2.1 53480",
                "PROXY TCP4 198.51.100.7 192.0.2.1 53480 443 1",
                "PROXY TCP4  198.51.100.7 192.0.2.1 53480 443",
                "PROXY TCP4 198.51.100.7 192.0.2.1 53480 65536",
                "PROXY TCP4 198.51.100.7 192.0.2.1 -1 443",
                "PROXY TCP4 198.51.100.7 192.0.2.1 053480 443",
                "PROXY TCP4 198.51.100.7 192.0.2 53480 443",
                "PROXY TCP4 ::1 ::1 53480 443",
                "PROXY TCP6 198.51.100.7 192.0.2.1 53480 443",
                "PROXY TCP6 fe80::1%eth0 ::1 53480 443",
                "PROXY TCP4 example.com 192.0.2.1 53480 443",
                "PROXY UDP4 198.51.100.7 192.0.2.1 53480 443",
                "PROXY UNKNOWNS",
                "PROXY tcp4 198.51.100.7 192.0.2.1 53480 443",
                "proxy TCP4 198.51.100.7 192.0.2.1 53480 443",
                "GET / HTTP/1.1",
                "SSH-2.0-OpenSSH_9.2",
            })
    void refusesWhatIsNoVersion1(String line) {
        ByteBuf in = Unpooled.wrappedBuffer(ascii(line), ascii("more"), ascii("x".repeat(120)));

        assertThatThrownBy(() -> new ProxyHeader().take(in)).isInstanceOf(HeaderException.class);
    }

    /** Every kind of header, as Netty writes it. */
    @Test
    void readsWhatNettyWrites() throws HeaderException {
        for (HAProxyProtocolVersion version : HAProxyProtocolVersion.values()) {
            assertThat(source(written(new HAProxyMessage(
                            version,
                            HAProxyCommand.PROXY,
                            HAProxyProxiedProtocol.TCP4,
                            "198.51.100.7",
                            "192.0.2.1",
                            53480,
                            443))))
                    .isEqualTo("198.51.100.7 53480");
            assertThat(source(written(new HAProxyMessage(
                            version,
                            HAProxyCommand.PROXY,
                            HAProxyProxiedProtocol.TCP6,
                            "2001:db8::7",
                            "2001:db8::1",
                            53480,
                            443))))
                    .isEqualTo("2001:db8:0:0:0:0:0:7 53480");
        }
        byte[] long4096 = new byte[ProxyHeader.MOST_V2_BODY - 12 - 3];
        assertThat(source(written(new HAProxyMessage(
                        HAProxyProtocolVersion.V2,
                        HAProxyCommand.PROXY,
                        HAProxyProxiedProtocol.TCP4,
                        "198.51.100.7",
                        "192.0.2.1",
                        53480,
                        443,
                        List.of(new HAProxyTLV((byte) 0xE0, Unpooled.wrappedBuffer(long4096)))))))
                .isEqualTo("198.51.100.7 53480");
    }

    private static byte[] written(HAProxyMessage message) {
        EmbeddedChannel channel = new EmbeddedChannel(HAProxyMessageEncoder.INSTANCE);
        channel.writeOutbound(message);
        ByteBuf out = channel.readOutbound();
        byte[] bytes = ByteBufUtil.getBytes(out);
        out.release();
        return bytes;
    }

    @ParameterizedTest
    @CsvSource({
        "20000000", // LOCAL
        "2000000401020304", // LOCAL, with something behind
        "2011000cc6336407c0000201d0e801bb", // LOCAL, addresses and all
        "21000000", // PROXY, of no family
        "2112000cc6336407c0000201d0e801bb", // UDP
        "213100d8" + "00", // a Unix socket; filled up below
    })
    void takesVersion2ThatNamesNobody(String rest) throws HeaderException {
        byte[] header = ByteBufUtil.decodeHexDump(SIGNATURE + rest);
        if (rest.startsWith("2131")) {
            header = java.util.Arrays.copyOf(header, 16 + 0xd8);
        }
        assertThat(source(header)).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "1111000cc6336407c0000201d0e801bb", // version 1 in binary
        "2211000cc6336407c0000201d0e801bb", // a command that there is not
        "2111000bc6336407c0000201d0e801", // one byte short
        "21210023" + "00000000000000000000000000000000000000000000000000000000000000000000000000",
        "21111001", // longer than 4 KiB
        "2111ffff",
    })
    void refusesWhatIsNoVersion2(String rest) {
        ByteBuf in = Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(SIGNATURE + rest));

        assertThatThrownBy(() -> new ProxyHeader().take(in)).isInstanceOf(HeaderException.class);
    }

    @Test
    void refusesTheFirstByteThatDoesNotFit() {
        for (String begun : new String[] {"\u0016\u0003\u0001", "PROXX", "\r\n\r\nX", "G"}) {
            ByteBuf in = Unpooled.copiedBuffer(begun, StandardCharsets.ISO_8859_1);

            assertThatThrownBy(() -> new ProxyHeader().take(in))
                    .isInstanceOf(HeaderException.class)
                    .hasMessage("what came first is none");
        }
    }

    @Property
    void neverFailsOtherwise(@ForAll @Size(max = 300) byte[] rest, @ForAll boolean binary) {
        ByteBuf in = binary
                ? Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(SIGNATURE), rest)
                : Unpooled.wrappedBuffer("PROXY TCP4 ".getBytes(StandardCharsets.US_ASCII), rest);
        ProxyHeader header = new ProxyHeader();
        try {
            header.take(in);
            assertThat(header.isWhole() || !in.isReadable()).isTrue();
            assertThat(header.isWhole()).isEqualTo(header.wanted() == 0);
        } catch (HeaderException none) {
            assertThat(none).hasMessageMatching("[a-z].*");
        }
    }
}
