package io.tlstunnel.config;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Numbers, with and without units. */
final class Quantities {
    private static final Pattern DURATION = Pattern.compile("(?:\\d{1,9}(?:ms|s|m|h|d))+");
    private static final Pattern DURATION_PART = Pattern.compile("(\\d+)(ms|s|m|h|d)");
    private static final Map<String, Long> MILLIS =
            Map.of("ms", 1L, "s", 1_000L, "m", 60_000L, "h", 3_600_000L, "d", 86_400_000L);

    private static final Pattern SIZE = Pattern.compile("(\\d{1,9}) ?([a-z]*)");
    private static final Pattern BITS = Pattern.compile("(\\d{1,9}) ?([kmg]?)(?:bits?|bps)");
    private static final Pattern EITHER_BITS_OR_BYTES = Pattern.compile("(\\d{1,9} ?)([kKMG])b");
    private static final Map<String, Long> BYTES = Map.of(
            "b", 1L,
            "", 1L,
            "kb", 1_000L,
            "kib", 1L << 10,
            "mb", 1_000_000L,
            "mib", 1L << 20,
            "gb", 1_000_000_000L,
            "gib", 1L << 30,
            "tib", 1L << 40);

    private Quantities() {}

    /** An integer, both ends included. */
    static Type<Integer> integer(int min, int max) {
        final String wanted = "an integer from " + min + " to " + max;
        return new Type<>(
                wanted,
                value -> {
                    final Long number = whole(value);
                    if (number != null && number >= min && number <= max) {
                        return number.intValue();
                    }
                    throw new BadValue(
                            "expects " + wanted + ", found " + TomlText.shown(value), unquoted(value, min, max));
                },
                Quantities::numberOrText);
    }

    /** {@code true} or {@code false}. */
    static Type<Boolean> flag() {
        final String wanted = "true or false";
        return new Type<>(
                wanted,
                value -> {
                    if (value instanceof Boolean flag) {
                        return flag;
                    }
                    final boolean text = value instanceof String word && isFlag(word);
                    throw new BadValue(
                            "expects " + wanted + ", found " + TomlText.shown(value),
                            text ? value.toString().toLowerCase(Locale.ROOT) : null);
                },
                text -> isFlag(text) ? (Object) text.equalsIgnoreCase("true") : text);
    }

    /** A time; {@code zero} says whether 0 is allowed beside {@code min} to {@code max}. */
    static Type<Duration> duration(Duration min, Duration max, ZeroRule zero) {
        final String wanted = "a time from " + show(min) + " to " + show(max) + (zero == ZeroRule.OFF ? ", or 0" : "");
        return new Type<>(
                wanted,
                value -> {
                    final Duration time = time(value);
                    if (time == null) {
                        throw new BadValue("expects " + wanted + ", found " + TomlText.shown(value)
                                + "; a time is like \"10s\", \"500ms\", \"1m30s\", \"2h\" or a number of seconds");
                    }
                    if (time.isZero() ? zero == ZeroRule.OFF : time.compareTo(min) >= 0 && time.compareTo(max) <= 0) {
                        return time;
                    }
                    throw new BadValue("expects " + wanted + ", found " + TomlText.shown(value));
                },
                Quantities::numberOrText);
    }

    /** What 0 means for a time. */
    enum ZeroRule {
        REFUSED,
        OFF
    }

    /** A number of bytes. */
    static Type<Long> size(long min, long max) {
        final String wanted = "a size from " + showSize(min) + " to " + showSize(max);
        return new Type<>(
                wanted,
                value -> {
                    final Long bytes = bytes(value);
                    if (bytes == null) {
                        throw new BadValue("expects " + wanted + ", found " + TomlText.shown(value)
                                + "; a size is like \"64KiB\", \"16MiB\", \"1MB\" or a number of bytes");
                    }
                    if (bytes < min || bytes > max) {
                        throw new BadValue("expects " + wanted + ", found " + TomlText.shown(value));
                    }
                    return bytes;
                },
                Quantities::numberOrText);
    }

    /**
     * Bytes a second. {@code B} is a byte and {@code bit} is a bit; {@code Mb} could be either, and is refused. A
     * {@code /s} behind the unit changes nothing.
     */
    static Type<Long> bandwidth(long min, long max) {
        final String wanted = "a bandwidth from " + showSize(min) + "/s to " + showSize(max) + "/s";
        return new Type<>(
                wanted,
                value -> {
                    final String text =
                            value instanceof String string ? string.strip().replaceFirst("(?i)/s$", "") : "";
                    final String found = "expects " + wanted + ", found " + TomlText.shown(value);
                    final Matcher ambiguous = EITHER_BITS_OR_BYTES.matcher(text);
                    if (ambiguous.matches()) {
                        final String start = "\"" + ambiguous.group(1) + ambiguous.group(2);
                        throw new BadValue(
                                found + ": that may be bits or bytes; write " + start + "bit\" or " + start + "B\"");
                    }
                    final Matcher bits = BITS.matcher(text.toLowerCase(Locale.ROOT));
                    final Long bytes = bits.matches()
                            ? Long.valueOf(Long.parseLong(bits.group(1))
                                    * BYTES.getOrDefault(bits.group(2) + "b", 1L)
                                    / Byte.SIZE)
                            : bytes(value instanceof String ? text : value);
                    if (bytes == null) {
                        throw new BadValue(
                                found + "; a bandwidth is like \"10MB\", \"1MiB\", \"100Mbit\" or a number of"
                                        + " bytes, each second");
                    }
                    if (bytes < min || bytes > max) {
                        throw new BadValue(found);
                    }
                    return bytes;
                },
                Quantities::numberOrText);
    }

    /** {@code 500ms}, {@code 10s}, {@code 1m30s}, {@code 2h}. */
    static String show(Duration time) {
        long rest = time.toMillis();
        final StringBuilder out = new StringBuilder();
        for (final String unit : new String[] {"h", "m", "s", "ms"}) {
            final long size = MILLIS.getOrDefault(unit, 1L);
            if (rest >= size) {
                out.append(rest / size).append(unit);
                rest %= size;
            }
        }
        return out.isEmpty() ? "0s" : out.toString();
    }

    private static String showSize(long bytes) {
        for (final String unit : new String[] {"TiB", "GiB", "MiB", "KiB"}) {
            final long size = BYTES.getOrDefault(unit.toLowerCase(Locale.ROOT), 1L);
            if (bytes >= size && bytes % size == 0) {
                return bytes / size + unit;
            }
        }
        return bytes + "B";
    }

    private static @Nullable Duration time(Object value) {
        final Long seconds = whole(value);
        if (seconds != null) {
            return seconds >= 0 && seconds <= Integer.MAX_VALUE ? Duration.ofSeconds(seconds) : null;
        }
        final String text =
                value instanceof String string ? string.toLowerCase(Locale.ROOT).replace(" ", "") : "";
        if (!DURATION.matcher(text).matches()) {
            return null;
        }
        long millis = 0;
        final Matcher part = DURATION_PART.matcher(text);
        while (part.find()) {
            millis += Long.parseLong(part.group(1)) * MILLIS.getOrDefault(part.group(2), 0L);
        }
        return Duration.ofMillis(millis);
    }

    private static @Nullable Long bytes(Object value) {
        final Long plain = whole(value);
        if (plain != null) {
            return plain;
        }
        final Matcher size =
                SIZE.matcher(value instanceof String text ? text.strip().toLowerCase(Locale.ROOT) : "");
        final Long unit = size.matches() ? BYTES.get(size.group(2)) : null;
        if (unit == null) {
            return null;
        }
        final long number = Long.parseLong(size.group(1));
        return number > Long.MAX_VALUE / unit ? Long.MAX_VALUE : number * unit;
    }

    private static @Nullable Long whole(Object value) {
        return value instanceof Long || value instanceof Integer ? ((Number) value).longValue() : null;
    }

    private static Object numberOrText(String text) {
        return text.strip().matches("[+-]?\\d{1,18}") ? (Object) Long.valueOf(text.strip()) : text;
    }

    private static boolean isFlag(String text) {
        return text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false");
    }

    private static @Nullable String unquoted(Object value, int min, int max) {
        if (value instanceof String text && numberOrText(text) instanceof Long number) {
            return number >= min && number <= max ? number.toString() : null;
        }
        return null;
    }
}
