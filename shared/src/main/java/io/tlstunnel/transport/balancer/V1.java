package io.tlstunnel.transport.balancer;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Version 1 of the PROXY header: {@code PROXY TCP4 198.51.100.7 192.0.2.1 53480 443}, and CR LF. */
final class V1 {
    private static final int FIELDS = 6;
    private static final int MOST_PORT = 65_535;
    private static final Pattern PORT = Pattern.compile("0|[1-9]\\d{0,4}");
    private static final String UNKNOWN = "PROXY UNKNOWN";

    private V1() {}

    /** How many bytes a line that begins like this lacks at least. */
    static int missing(String begun) {
        if (begun.endsWith("\r")) {
            return 1;
        }
        int lineEnd = 2;
        if (!begun.startsWith("PROXY TCP")) {
            return lineEnd;
        }
        int spaces = (int) begun.chars().filter(each -> each == ' ').count();
        int fieldsToCome = Math.max(0, FIELDS - 1 - spaces);
        return 2 * fieldsToCome + lineEnd; // of each a space and one character
    }

    /** Who the line says has come, or null if it is unknown. */
    static @Nullable InetSocketAddress source(String line) throws HeaderException {
        String text = line.substring(0, line.length() - 2);
        if (text.equals(UNKNOWN) || text.startsWith(UNKNOWN + " ")) {
            return null; // whatever follows is to be ignored
        }
        String[] fields = text.split(" ", -1);
        if (fields.length != FIELDS) {
            throw new HeaderException("its line does not have " + FIELDS + " fields");
        }
        int family = switch (fields[1]) {
            case "TCP4" -> Integer.BYTES;
            case "TCP6" -> 4 * Integer.BYTES;
            default -> throw new HeaderException("it names another protocol than TCP");
        };
        InetAddress source = address(fields[2], family);
        address(fields[3], family);
        port(fields[5]);
        return new InetSocketAddress(source, port(fields[4]));
    }

    private static InetAddress address(String text, int bytes) throws HeaderException {
        byte[] literal = text.indexOf('%') < 0 ? NetUtil.createByteArrayFromIpAddressString(text) : null;
        InetAddress address = literal == null || literal.length != bytes ? null : Literals.address(literal);
        if (address == null) {
            throw new HeaderException("it has an address that is none");
        }
        return address;
    }

    private static int port(String text) throws HeaderException {
        int port = PORT.matcher(text).matches() ? Integer.parseInt(text) : -1;
        if (port < 0 || port > MOST_PORT) {
            throw new HeaderException("it has a port that is none");
        }
        return port;
    }
}
