package io.tlstunnel.e2e;

import java.util.SplittableRandom;

/** What happens on one stream: made from the seed of the run and the stream's number, so that both ends know it. */
record StreamPlan(long number, Part visitor, Part service) {

    /** Bytes of the stream's number, with which a visitor begins. */
    static final int PREFIX = Long.BYTES;

    private static final int SMALL = 2 * 1024;
    private static final int MIDDLE = 64 * 1024;
    private static final int LARGE = 400 * 1024;

    /** How one end takes its leave. */
    enum Leave {
        /** Half-closes when it has said everything. */
        FIN,
        /** Half-closes when it has said everything and heard the other's half-close. */
        FIN_LAST,
        /** Resets the connection when it has said everything and heard something. */
        RESET
    }

    /**
     * One end's part.
     *
     * @param length bytes that it says; a visitor's include the prefix
     */
    record Part(int length, Leave leave) {}

    static StreamPlan of(long seed, long number) {
        SplittableRandom random = new SplittableRandom(seed * 31 + number);
        int visitorSays = PREFIX + length(random);
        int serviceSays = length(random);
        return switch (random.nextInt(10)) {
            case 0 ->
                // Before it resets it hears something: so the service knows the plan by then.
                new StreamPlan(number, new Part(visitorSays, Leave.RESET), new Part(1 + serviceSays, Leave.FIN_LAST));
            case 1 -> new StreamPlan(number, new Part(visitorSays, Leave.FIN_LAST), new Part(serviceSays, Leave.RESET));
            case 2, 3, 4 ->
                new StreamPlan(number, new Part(visitorSays, Leave.FIN_LAST), new Part(serviceSays, Leave.FIN));
            case 5, 6, 7 ->
                new StreamPlan(number, new Part(visitorSays, Leave.FIN), new Part(serviceSays, Leave.FIN_LAST));
            default -> new StreamPlan(number, new Part(visitorSays, Leave.FIN), new Part(serviceSays, Leave.FIN));
        };
    }

    private static int length(SplittableRandom random) {
        int kind = random.nextInt(20);
        return random.nextInt(kind < 14 ? SMALL : kind < 19 ? MIDDLE : LARGE);
    }
}
