package io.tlstunnel.bench;

import java.io.IOException;
import java.util.Arrays;

/** {@code service | bulk | ping | connect | idle}, each with its own arguments; bench/harness/load.py calls it. */
final class Load {
    private Load() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        final String[] rest = Arrays.copyOfRange(arguments, 1, arguments.length);
        switch (arguments[0]) {
            case "service" -> Service.run(rest);
            case "bulk" -> Bulk.run(rest);
            case "ping" -> Ping.run(rest);
            case "connect" -> Connects.run(rest);
            case "idle" -> Idle.run(rest);
            default -> throw new IllegalArgumentException(arguments[0]);
        }
        System.exit(0);
    }
}
