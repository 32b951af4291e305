package io.tlstunnel.server.link;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a link is called in HELLO: where it comes from.
 *
 * @param incarnation of the node that dialled
 * @param loop number of its event loop
 */
record LinkName(long incarnation, int loop) {
    private static final Pattern TEXT = Pattern.compile("([0-9a-f]{1,16})/([0-9]{1,5})");

    /** Empty if it is none. */
    static Optional<LinkName> parse(String text) {
        Matcher parts = TEXT.matcher(text);
        return parts.matches()
                ? Optional.of(
                        new LinkName(Long.parseUnsignedLong(parts.group(1), 16), Integer.parseInt(parts.group(2))))
                : Optional.empty();
    }

    @Override
    public String toString() {
        return Long.toHexString(incarnation) + "/" + loop;
    }
}
