package io.tlstunnel.config;

import io.netty.util.NetUtil;
import java.net.IDN;
import java.net.InetAddress;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Hosts, IP addresses and what they overlap with. Never asks DNS. */
final class Addresses {
    private static final Pattern HOST_NAME = Pattern.compile(
            "(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*\\.?");
    private static final Pattern BRACKETED = Pattern.compile("\\[([^\\[\\]]*)](?::(\\d{1,5}))?");
    private static final Pattern WITH_PORT = Pattern.compile("([^:\\[\\]]+):(\\d{1,5})");
    private static final int MAX_PORT = 65535;

    private Addresses() {}

    /** An address to listen on: an IP address, or {@code localhost}. */
    static Type<String> bindAddress() {
        final String wanted = "an IP address";
        return Type.text(wanted, text -> {
            final String address = unbracket(text.strip());
            if (isIp(address)) {
                return address;
            }
            if (address.equalsIgnoreCase("localhost")) {
                return "127.0.0.1";
            }
            if (address.equals("*")) {
                throw new BadValue("expects " + wanted + ", found \"*\"", "\"0.0.0.0\"");
            }
            throw new BadValue(
                    "expects " + wanted + ", found " + TomlText.shown(text) + portHint(text), withoutPort(text));
        });
    }

    /** A host without port. */
    static Type<String> host() {
        final String wanted = "a host name or IP address";
        return Type.text(wanted, text -> {
            final String host = hostOrNull(text.strip());
            if (host == null) {
                throw new BadValue(
                        "expects " + wanted + ", found " + TomlText.shown(text) + portHint(text), withoutPort(text));
            }
            return host;
        });
    }

    /** {@code host}, {@code host:port}, {@code [IPv6]}, {@code [IPv6]:port} or bare IPv6. */
    static Type<Endpoint> endpoint() {
        final String wanted = "a host name or IP address, with or without \":port\"";
        return Type.text(wanted, text -> {
            final Endpoint found = endpointOrNull(text);
            if (found == null) {
                final boolean url = text.contains("://");
                throw new BadValue("expects " + wanted + ", found " + TomlText.shown(text)
                        + (url ? "; scheme and path stand in transport and wss_path" : ""));
            }
            return found;
        });
    }

    /** A host and perhaps a port, 1–65535. */
    record Endpoint(String host, @Nullable Integer port) {
        HostPort orPort(int standard) {
            return new HostPort(host, port == null ? standard : port);
        }
    }

    static @Nullable Endpoint endpointOrNull(String written) {
        final String text = written.strip();
        final Matcher bracketed = BRACKETED.matcher(text);
        if (bracketed.matches()) {
            final String host = bracketed.group(1);
            return isIp(host) && host.indexOf(':') >= 0 ? endpoint(host, bracketed.group(2)) : null;
        }
        final Matcher withPort = WITH_PORT.matcher(text);
        if (withPort.matches()) {
            final String host = hostOrNull(withPort.group(1));
            return host == null ? null : endpoint(host, withPort.group(2));
        }
        final String host = hostOrNull(text);
        return host == null ? null : new Endpoint(host, null);
    }

    /** Whether a host can only be this machine. */
    static boolean isLoopback(String host) {
        final InetAddress address = NetUtil.createInetAddressFromIpAddressString(host);
        final String name = host.toLowerCase(Locale.ROOT);
        return address != null ? address.isLoopbackAddress() : name.equals("localhost") || name.endsWith(".localhost");
    }

    /** Whether two listeners on these addresses and one port get in each other's way. */
    static boolean overlap(String one, String other) {
        final InetAddress a = NetUtil.createInetAddressFromIpAddressString(one);
        final InetAddress b = NetUtil.createInetAddressFromIpAddressString(other);
        if (a == null || b == null) {
            return one.equals(other);
        }
        return a.equals(b) || a.isAnyLocalAddress() || b.isAnyLocalAddress();
    }

    private static @Nullable Endpoint endpoint(String host, @Nullable String port) {
        if (port == null) {
            return new Endpoint(host, null);
        }
        final int number = Integer.parseInt(port);
        return number >= 1 && number <= MAX_PORT ? new Endpoint(host, number) : null;
    }

    private static @Nullable String hostOrNull(String text) {
        final String host = unbracket(text);
        if (isIp(host)) {
            return host;
        }
        final String ascii = toAscii(host);
        final boolean onlyDigits = ascii.matches("[0-9.]*");
        return !onlyDigits && HOST_NAME.matcher(ascii.toLowerCase(Locale.ROOT)).matches() ? ascii : null;
    }

    private static String toAscii(String host) {
        try {
            return IDN.toASCII(host);
        } catch (IllegalArgumentException notADomain) {
            return "";
        }
    }

    private static boolean isIp(String text) {
        return NetUtil.isValidIpV4Address(text) || NetUtil.isValidIpV6Address(text);
    }

    private static String unbracket(String text) {
        return text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
    }

    private static String portHint(String text) {
        return withoutPort(text) == null ? "" : "; the port is a key of its own";
    }

    private static @Nullable String withoutPort(String text) {
        final Endpoint endpoint = endpointOrNull(text);
        return endpoint == null || endpoint.port() == null ? null : TomlText.literal(endpoint.host());
    }
}
