package io.tlstunnel.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The texts with a form of their own. */
final class Types {
    /** Bytes of UTF-8 that a name may take in the wire protocol. */
    private static final int MAX_NAME_BYTES = 64;

    private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}_][\\p{L}\\p{M}\\p{N}._@+-]*");
    private static final Pattern FINGERPRINT = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern FINGERPRINT_PREFIX =
            Pattern.compile("^sha-?256(?: fingerprint)?[:=]", Pattern.CASE_INSENSITIVE);
    private static final Pattern RANGE = Pattern.compile("(\\d{1,5})(?:\\s*-\\s*(\\d{1,5}))?");
    private static final int MAX_PORT = 65535;

    private Types() {}

    static Type<String> name() {
        final String wanted = "a name of letters, digits and . _ - @ +";
        return Type.text(wanted, text -> {
            if (!NAME.matcher(text).matches() || text.getBytes(StandardCharsets.UTF_8).length > MAX_NAME_BYTES) {
                throw new BadValue(
                        "expects " + wanted + ", at most " + MAX_NAME_BYTES + " bytes, found " + TomlText.shown(text));
            }
            return text;
        });
    }

    static Type<Path> path(String wanted) {
        return Type.text(wanted, text -> {
            if (text.isBlank()) {
                throw new BadValue("expects " + wanted + ", found an empty text");
            }
            return toPath(text, wanted);
        });
    }

    /** Path of the upgrade request. */
    static Type<String> urlPath() {
        final String wanted = "a path that begins with \"/\"";
        return Type.text(wanted, text -> {
            if (text.matches("/[!-~&&[^?#]]{0,1000}")) {
                return text;
            }
            final boolean plain = text.matches("[A-Za-z0-9._~/-]+");
            throw new BadValue(
                    "expects " + wanted + " and holds no space, \"?\" or \"#\", found " + TomlText.shown(text),
                    plain ? TomlText.literal("/" + text) : null);
        });
    }

    /** SHA-256 of a certificate; upper case, colons and a {@code sha256:} in front are taken off. */
    static Type<String> fingerprint() {
        final String wanted = "the 64 hex digits of a SHA-256 fingerprint";
        return Type.text(wanted, text -> {
            final String bare = FINGERPRINT_PREFIX.matcher(text.strip()).replaceFirst("");
            final String digits = bare.replaceAll("[:\\s]", "").toLowerCase(Locale.ROOT);
            if (FINGERPRINT.matcher(digits).matches()) {
                return digits;
            }
            final boolean sha1 = digits.matches("[0-9a-f]{40}");
            throw new BadValue("expects " + wanted + ", found " + (sha1 ? "a SHA-1 one" : TomlText.shown(text)));
        });
    }

    /** {@code "20000-29999"}, {@code "443"} or {@code 443}. */
    static Type<PortRange> ports() {
        final String wanted = "ports like \"20000-29999\" or 8080";
        return new Type<>(
                wanted,
                value -> {
                    final boolean number = value instanceof Integer || value instanceof Long;
                    final Matcher range = RANGE.matcher(
                            number || value instanceof String ? value.toString().strip() : "");
                    if (range.matches()) {
                        final int first = Integer.parseInt(range.group(1));
                        final int last = range.group(2) == null ? first : Integer.parseInt(range.group(2));
                        if (first >= 1 && first <= last && last <= MAX_PORT) {
                            return new PortRange(first, last);
                        }
                    }
                    throw new BadValue("expects " + wanted + ", from 1 to 65535 and the lower one first, found "
                            + TomlText.shown(value));
                },
                text -> text);
    }

    /** What ordinary HTTP requests on the tunnel port get; the directory is not resolved yet. */
    static Type<WebConfig> web() {
        final String wanted = "\"404\", a directory or \"http://host:port\"";
        return Type.text(wanted, text -> {
            if (text.strip().equals("404")) {
                return new WebConfig.NotFound();
            }
            if (text.regionMatches(true, 0, "http://", 0, 7)) {
                return upstream(text, wanted);
            }
            if (text.contains("://")) {
                throw new BadValue("expects " + wanted + ", found " + TomlText.shown(text)
                        + "; other schemes are not in this version");
            }
            return new WebConfig.Directory(toPath(text, wanted));
        });
    }

    private static WebConfig upstream(String text, String wanted) throws BadValue {
        final String found = "expects " + wanted + ", found " + TomlText.shown(text);
        final String rest = text.substring("http://".length()).replaceFirst("/$", "");
        final Addresses.Endpoint address = Addresses.endpointOrNull(rest);
        if (address == null) {
            throw new BadValue(found);
        }
        try {
            final String host = address.host().indexOf(':') >= 0 ? "[" + address.host() + "]" : address.host();
            final int port = address.orPort(80).port();
            return new WebConfig.Upstream(new URI("http", null, host, port, null, null, null));
        } catch (URISyntaxException notAUri) {
            throw new BadValue(found);
        }
    }

    private static Path toPath(String text, String wanted) throws BadValue {
        try {
            return Path.of(text);
        } catch (InvalidPathException notAPath) {
            throw new BadValue("expects " + wanted + ", found " + TomlText.shown(text));
        }
    }
}
