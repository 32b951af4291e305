package io.tlstunnel.server.routing;

import io.tlstunnel.config.Sharing;
import java.util.List;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Who gets the visitors of a key: one client's proxy, or those of a group. A snapshot that is replaced when something
 * changes; any thread.
 */
public final class Members {
    /** What a member weighs when its service is just up again, of its weight. */
    private static final double FIRST_SHARE = 0.1;

    /** What a load is given as where a member cannot be had. */
    public static final int NOT_TO_BE_HAD = -1;

    /**
     * One of them.
     *
     * @param risingSince when its service came up again, in milliseconds since 1970; 0 if it was never down
     */
    record Member(Route route, Sharing sharing, long risingSince) {

        double weightAt(long nowMillis) {
            long whole = sharing.slowStart().toMillis();
            long risen = nowMillis - risingSince;
            return nowMillis >= risenAt()
                    ? sharing.weight()
                    : sharing.weight() * Math.max(FIRST_SHARE, (double) risen / whole);
        }

        /** From when on it has its whole weight. */
        private long risenAt() {
            return risingSince == 0 ? 0 : risingSince + sharing.slowStart().toMillis();
        }
    }

    private final List<Member> members;
    private final List<Route> routes;
    private final WeightedChoice choice;
    /** What each weighs when it is up. Kept together: to ask each one is slow when nothing of it is in a cache. */
    private final double[] weights;
    /** From then on all have that weight; never if one is down. */
    private final long allRisenAt;

    private Members(List<Member> members, WeightedChoice choice) {
        this.members = List.copyOf(members);
        this.routes = members.stream().map(Member::route).toList();
        this.choice = choice;
        this.weights = members.stream()
                .mapToDouble(member -> member.sharing().weight())
                .toArray();
        this.allRisenAt = members.stream().allMatch(member -> member.sharing().isWell())
                ? members.stream().mapToLong(Member::risenAt).max().orElse(0)
                : Long.MAX_VALUE;
    }

    /** These; the choices go on where those of {@code before} were. */
    static Members of(List<Member> members, @Nullable Members before) {
        return new Members(members, before == null ? new WeightedChoice() : before.choice);
    }

    boolean consistsOf(List<Member> others) {
        return members.equals(others);
    }

    /** Where each of them leads, by the names of their clients; one or more. */
    public List<Route> routes() {
        return routes;
    }

    /** The first of them by name. */
    public Route first() {
        return routes.get(0);
    }

    /** Whether there are several. */
    public boolean isGroup() {
        return routes.size() > 1;
    }

    /**
     * Chooses by weight and load. Those whose service is down are passed over, unless nobody else can be had.
     *
     * @param loads how many streams a member has, or {@link #NOT_TO_BE_HAD}
     * @return null if none can be had
     */
    public @Nullable Route choose(ToIntFunction<Route> loads, long nowMillis) {
        int[] load = new int[weights.length];
        boolean everyone = nowMillis >= allRisenAt;
        for (int i = 0; i < load.length; i++) {
            load[i] = loads.applyAsInt(routes.get(i));
            everyone &= load[i] >= 0;
        }
        int chosen = choice.next(everyone ? weights : weightsNow(load, nowMillis), load);
        return chosen < 0 ? null : routes.get(chosen);
    }

    private double[] weightsNow(int[] load, long nowMillis) {
        boolean someoneIsWell = false;
        for (int i = 0; i < load.length; i++) {
            someoneIsWell |= load[i] >= 0 && members.get(i).sharing().isWell();
        }
        double[] now = new double[load.length];
        for (int i = 0; i < load.length; i++) {
            Member member = members.get(i);
            if (load[i] >= 0 && (member.sharing().isWell() || !someoneIsWell)) {
                now[i] = member.weightAt(nowMillis);
            }
        }
        return now;
    }
}
