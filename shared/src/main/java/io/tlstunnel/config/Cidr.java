package io.tlstunnel.config;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A block of IP addresses, as in {@code 10.0.0.0/8}. IPv4 addresses are kept as IPv6 has them ({@code ::ffff:10.0.0.0},
 * RFC 4291), so that both spellings of one address are one; no block of IPv6 holds any of them but through that spelling.
 *
 * @param high upper half of the first address
 * @param low lower half of the first address
 * @param bits that all addresses of the block share, 0–128; 96 of them are the IPv4 part's own
 */
public record Cidr(long high, long low, int bits) {
    private static final Pattern WRITTEN = Pattern.compile("([0-9A-Fa-f.:]+)(?:/(\\d{1,3}))?");
    private static final int IPV6_BITS = 128;
    private static final int IPV4_BITS = 32;
    private static final int HALF = 64;
    /** Of an IPv4 address written as IPv6. */
    private static final int MAPPED_BITS = IPV6_BITS - IPV4_BITS;

    private static final long MAPPED = 0xFFFF_0000_0000L;

    /** Whether the address is in this block. */
    public boolean contains(InetAddress address) {
        return contains(Address.of(address));
    }

    boolean contains(Address address) {
        return !(bits < MAPPED_BITS && address.isIpv4())
                && (address.high() & mask(bits)) == high
                && (address.low() & mask(bits - HALF)) == low;
    }

    /** Whether nothing but the shared bits is set, so that the block's first address was written. */
    private boolean isFirst() {
        return (high & mask(bits)) == high && (low & mask(bits - HALF)) == low;
    }

    /** The block that an address of it belongs to. */
    private Cidr first() {
        return new Cidr(high & mask(bits), low & mask(bits - HALF), bits);
    }

    private static long mask(int ones) {
        return ones <= 0 ? 0 : ones >= HALF ? -1 : -1L << (HALF - ones);
    }

    /** An address alone stands for itself. */
    static Type<Cidr> type() {
        final String wanted = "an IP address or block like \"10.0.0.0/8\"";
        return Type.text(wanted, text -> {
            final Cidr block = parse(text.strip());
            if (block == null) {
                throw new BadValue("expects " + wanted + ", found " + TomlText.shown(text));
            }
            if (!block.isFirst()) {
                throw new BadValue("expects " + wanted + ", found " + TomlText.shown(text)
                        + ", which is an address inside of \"" + block.first() + "\"");
            }
            return block;
        });
    }

    /** The block that {@link #toString} gave; null if it is none. */
    public static @Nullable Cidr of(String text) {
        final Cidr block = parse(text);
        return block == null || !block.isFirst() ? null : block;
    }

    private static @Nullable Cidr parse(String text) {
        final Matcher parts = WRITTEN.matcher(text);
        final InetAddress written =
                parts.matches() ? NetUtil.createInetAddressFromIpAddressString(parts.group(1)) : null;
        if (written == null) {
            return null;
        }
        final Address address = Address.of(written);
        // 10.0.0.0/8 counts from its own first bit; ::ffff:10.0.0.0/104 says the same.
        final int most = parts.group(1).indexOf(':') < 0 ? IPV4_BITS : IPV6_BITS;
        final int length = parts.group(2) == null ? most : Integer.parseInt(parts.group(2));
        return length > most ? null : new Cidr(address.high(), address.low(), length + IPV6_BITS - most);
    }

    @Override
    public String toString() {
        return bits >= MAPPED_BITS && new Address(high, low).isIpv4()
                ? new Address(high, low) + "/" + (bits - MAPPED_BITS)
                : new Address(high, low) + "/" + bits;
    }

    /** The 128 bits of an address. */
    record Address(long high, long low) {
        static Address of(InetAddress address) {
            final byte[] bytes = address.getAddress();
            final ByteBuffer in = ByteBuffer.wrap(bytes);
            return bytes.length == IPV4_BITS / Byte.SIZE
                    ? new Address(0, MAPPED | (in.getInt() & 0xFFFF_FFFFL))
                    : new Address(in.getLong(), in.getLong());
        }

        boolean isIpv4() {
            return high == 0 && low >>> IPV4_BITS == MAPPED >>> IPV4_BITS;
        }

        @Override
        public String toString() {
            return isIpv4()
                    ? NetUtil.intToIpAddress((int) low)
                    : NetUtil.bytesToIpAddress(ByteBuffer.allocate(2 * Long.BYTES)
                            .putLong(high)
                            .putLong(low)
                            .array());
        }
    }
}
