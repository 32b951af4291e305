package io.tlstunnel.config;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Types of values that no message may show. */
final class Secrets {
    /** Characters a key must have; {@code tls-tunnel key} makes far longer ones. */
    static final int MIN_KEY_LENGTH = 16;
    /** What stands in the guide and in the samples for the user to replace. */
    static final String PLACEHOLDER = "your-secret-key-here";

    private static final Pattern PROXY =
            Pattern.compile("(?i)http://(?:(?<user>[^:@/]*)(?::(?<password>.*))?@)?(?<address>[^@/]+)/?");
    private static final Pattern BAD_ESCAPE = Pattern.compile("%(?![0-9A-Fa-f]{2})");

    private Secrets() {}

    /** A pre-shared key. */
    static Type<Secret> key() {
        final String wanted = "a text of at least " + MIN_KEY_LENGTH + " characters";
        return new Type<>(
                wanted,
                value -> {
                    if (!(value instanceof String text)) {
                        throw new BadValue(
                                "expects " + wanted + ", found " + TomlText.kind(value) + "; put it in double quotes");
                    }
                    return checked(text, wanted);
                },
                text -> text);
    }

    /** The key, or what is wrong with it. */
    static Secret checked(String text, String wanted) throws BadValue {
        if (text.strip().equalsIgnoreCase(PLACEHOLDER)) {
            throw new BadValue("is still the placeholder of the guide; make a key with `tls-tunnel key`"
                    + " and give the same one to server and client");
        }
        final int length = text.strip().codePointCount(0, text.strip().length());
        if (length < MIN_KEY_LENGTH) {
            throw new BadValue("expects " + wanted + ", found " + length + "; make a key with `tls-tunnel key`");
        }
        return new Secret(text.strip());
    }

    /** {@code http://user:pass@host:port}; user and password may be percent-encoded. */
    static Type<HttpProxy> httpProxy() {
        final String wanted = "\"http://host:port\" or \"http://user:password@host:port\"";
        return new Type<>(
                wanted,
                value -> {
                    if (!(value instanceof String text)) {
                        throw new BadValue("expects " + wanted + ", found " + TomlText.kind(value));
                    }
                    return proxy(text.strip(), wanted);
                },
                text -> text);
    }

    private static HttpProxy proxy(String text, String wanted) throws BadValue {
        final String lower = text.toLowerCase(Locale.ROOT);
        if (lower.startsWith("https://") || lower.startsWith("socks")) {
            throw new BadValue("of this kind is not in this version; it takes " + wanted);
        }
        final Matcher parts = PROXY.matcher(text);
        if (!parts.matches()) {
            throw new BadValue("expects " + wanted);
        }
        final Addresses.Endpoint address = Addresses.endpointOrNull(parts.group("address"));
        if (address == null || address.port() == null) {
            throw new BadValue("expects " + wanted + ", and its " + (address == null ? "host" : "port") + " is "
                    + (address == null ? "not one" : "missing"));
        }
        final String password = decoded(parts.group("password"));
        return new HttpProxy(
                new HostPort(address.host(), address.port()),
                decoded(parts.group("user")),
                password == null ? null : new Secret(password));
    }

    private static @Nullable String decoded(@Nullable String text) throws BadValue {
        if (text == null) {
            return null;
        }
        if (BAD_ESCAPE.matcher(text).find()) {
            throw new BadValue("has a \"%\" in user or password that begins no escape; a percent sign is %25");
        }
        // URLDecoder takes "+" for a space, which user information does not.
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
