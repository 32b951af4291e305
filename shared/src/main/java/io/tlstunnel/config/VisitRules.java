package io.tlstunnel.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What visitors may do: of a client as a whole, or of one proxy. A proxy's travel to the server as its options.
 *
 * @param from who may come
 * @param streamsPerSecond new connections a second; 0 = no limit
 * @param bandwidth bytes a second each way, all connections together; 0 = no limit
 */
public record VisitRules(AddressRules from, int streamsPerSecond, long bandwidth) {
    /** No limit at all. */
    public static final VisitRules NONE = new VisitRules(AddressRules.ALL, 0, 0);

    /** Items of one list; so many fit into an option. */
    static final int MOST_BLOCKS = 1_000;

    static final int MOST_STREAMS_PER_SECOND = 1_000_000;
    static final long LEAST_BANDWIDTH = 1L << 10;
    static final long MOST_BANDWIDTH = 1L << 40;

    private static final String ALLOW_FROM = "allow_from";
    private static final String DENY_FROM = "deny_from";
    private static final String STREAMS_PER_SECOND = "max_streams_per_second";
    private static final String BANDWIDTH = "bandwidth_limit";

    /** As options of a proxy; only what is limited. */
    public Map<String, String> toOptions() {
        final Map<String, String> options = new LinkedHashMap<>();
        put(options, ALLOW_FROM, from.allow());
        put(options, DENY_FROM, from.deny());
        if (streamsPerSecond > 0) {
            options.put(STREAMS_PER_SECOND, Integer.toString(streamsPerSecond));
        }
        if (bandwidth > 0) {
            options.put(BANDWIDTH, Long.toString(bandwidth));
        }
        return options;
    }

    private static void put(Map<String, String> options, String name, List<Cidr> blocks) {
        if (!blocks.isEmpty()) {
            options.put(name, blocks.stream().map(Cidr::toString).collect(Collectors.joining(",")));
        }
    }

    /**
     * From the options of a proxy; those of {@link Sharing} are passed over.
     *
     * @throws IllegalArgumentException with a sentence about the first that makes no sense: to pass over one would lift
     *     a limit
     */
    public static VisitRules ofOptions(Map<String, String> options) {
        List<Cidr> allow = List.of();
        List<Cidr> deny = List.of();
        int rate = 0;
        long bandwidth = 0;
        for (final Map.Entry<String, String> option : options.entrySet()) {
            final String name = option.getKey();
            final String value = option.getValue();
            switch (name) {
                case ALLOW_FROM -> allow = blocks(name, value);
                case DENY_FROM -> deny = blocks(name, value);
                case STREAMS_PER_SECOND -> rate = (int) ProxyOptions.number(name, value, 1, MOST_STREAMS_PER_SECOND);
                case BANDWIDTH -> bandwidth = ProxyOptions.number(name, value, LEAST_BANDWIDTH, MOST_BANDWIDTH);
                default -> {
                    if (!Sharing.isOption(name)) {
                        throw new IllegalArgumentException("option " + name + " is not in this version");
                    }
                }
            }
        }
        return new VisitRules(new AddressRules(allow, deny), rate, bandwidth);
    }

    private static List<Cidr> blocks(String name, String value) {
        final List<Cidr> blocks = new ArrayList<>();
        for (final String item : value.split(",", -1)) {
            final Cidr block = Cidr.of(item);
            if (block == null) {
                throw new IllegalArgumentException("option " + name + " has an item that is no block of addresses");
            }
            blocks.add(block);
        }
        return blocks;
    }
}
