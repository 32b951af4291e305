package io.tlstunnel.config;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a proxy shares its address with other clients' proxies, as its options tell the server.
 *
 * @param group name of the group, or null if it shares with nobody
 * @param key what the members of the group show: their secret on its way to the server, what that made of it from there on
 * @param weight how many visitors it gets beside the others
 * @param health whether its service is well
 * @param slowStart how long its weight grows once it is up again
 */
public record Sharing(@Nullable String group, String key, int weight, Health health, Duration slowStart) {
    /** With nobody. */
    public static final Sharing NONE = new Sharing(null, "", 1, Health.UP, Duration.ZERO);

    /** The option whose value no log, metric or error may show. */
    public static final String GROUP_KEY = "group_key";

    /** The option that names the group. */
    public static final String GROUP = "group";

    private static final String WEIGHT = "weight";
    private static final String HEALTH = "health";
    private static final String SLOW_START = "slow_start_ms";
    private static final String DOWN = "down";

    static final int MOST_WEIGHT = 100;
    static final Duration LONGEST_SLOW_START = Duration.ofDays(1);
    private static final int MOST_NAME = 64;
    private static final int MOST_KEY = 1_024;

    /** Whether a service is well, as its client sees it. */
    public enum Health {
        UP,
        DOWN
    }

    /** That of a proxy of a client. */
    static Sharing of(ProxyConfig proxy, Health health) {
        final GroupConfig group = proxy.group();
        final HealthCheck check = proxy.healthCheck();
        return group == null
                ? NONE
                : new Sharing(
                        group.name(),
                        group.key().text(),
                        group.weight(),
                        health,
                        check == null ? Duration.ZERO : check.slowStart());
    }

    /** As options of a proxy; only what is not as usual. */
    Map<String, String> toOptions() {
        final Map<String, String> options = new LinkedHashMap<>();
        if (group == null) {
            return options;
        }
        options.put(GROUP, group);
        options.put(GROUP_KEY, key);
        if (weight != 1) {
            options.put(WEIGHT, Integer.toString(weight));
        }
        if (!slowStart.isZero()) {
            options.put(SLOW_START, Long.toString(slowStart.toMillis()));
        }
        if (health == Health.DOWN) {
            options.put(HEALTH, DOWN);
        }
        return options;
    }

    /** Whether an option is about this. */
    static boolean isOption(String name) {
        return switch (name) {
            case GROUP, GROUP_KEY, WEIGHT, HEALTH, SLOW_START -> true;
            default -> false;
        };
    }

    /**
     * From the options of a proxy; those that are about something else are passed over.
     *
     * @throws IllegalArgumentException with a sentence about the first that makes no sense
     */
    public static Sharing ofOptions(Map<String, String> options) {
        final String group = options.get(GROUP);
        if (group == null) {
            if (options.keySet().stream().anyMatch(Sharing::isOption)) {
                throw new IllegalArgumentException("an option is about a group, and there is no option group");
            }
            return NONE;
        }
        final String key = options.getOrDefault(GROUP_KEY, "");
        if (!isName(group)) {
            throw new IllegalArgumentException("option group is no name of 1 to " + MOST_NAME + " characters");
        }
        if (key.isEmpty() || key.length() > MOST_KEY) {
            throw new IllegalArgumentException("option group_key is no text of 1 to " + MOST_KEY + " characters");
        }
        final String health = options.get(HEALTH);
        if (health != null && !health.equals(DOWN)) {
            throw new IllegalArgumentException("option health is not \"down\"");
        }
        return new Sharing(
                group,
                key,
                (int) ProxyOptions.number(WEIGHT, options.getOrDefault(WEIGHT, "1"), 1, MOST_WEIGHT),
                health == null ? Health.UP : Health.DOWN,
                Duration.ofMillis(ProxyOptions.number(
                        SLOW_START, options.getOrDefault(SLOW_START, "0"), 0, LONGEST_SLOW_START.toMillis())));
    }

    private static boolean isName(String text) {
        return !text.isBlank() && text.length() <= MOST_NAME && text.chars().noneMatch(Character::isISOControl);
    }

    /** Whether that one belongs to the same group. */
    public boolean isFellow(Sharing other) {
        return group != null && group.equals(other.group) && key.equals(other.key);
    }

    /** Whether visitors should go there. */
    public boolean isWell() {
        return health == Health.UP;
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "Sharing[group=" + group + ", weight=" + weight + ", health=" + health + ", slowStart=" + slowStart
                + "]";
    }
}
