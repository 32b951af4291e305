package io.tlstunnel.cli;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The answers of the API as lines for people. */
final class StatusText {
    private static final int SECONDS_PER_MINUTE = 60;
    private static final int MINUTES_PER_HOUR = 60;
    private static final int HOURS_PER_DAY = 24;

    private StatusText() {}

    /** Of the answers to {@code cluster}, {@code clients} and {@code proxies}. */
    static List<String> of(JsonObject cluster, JsonObject clients, JsonObject proxies) {
        final List<String> lines = new ArrayList<>();
        lines.add(head(cluster));
        lines.addAll(nodes(cluster));
        lines.add("");
        lines.addAll(clients(objects(clients, "clients")));
        lines.addAll(tunnels(objects(clients, "clients")));
        lines.add("");
        lines.addAll(proxies(objects(proxies, "proxies")));
        return lines;
    }

    /** Of the answer to {@code why}. */
    static List<String> why(JsonObject answer) {
        final List<String> lines = new ArrayList<>();
        lines.add("Port " + answer.getInteger("port") + " as " + text(answer, "node") + " sees it:");
        answer.getJsonArray("steps").forEach(step -> lines.add("- " + Printable.of(String.valueOf(step))));
        return lines;
    }

    private static String head(JsonObject cluster) {
        final int nodes = cluster.getJsonArray("members").size();
        if (!cluster.getBoolean("clustered")) {
            return Printable.of(text(cluster, "node")) + ", a single node";
        }
        return Printable.of(text(cluster, "node")) + ", one of " + nodes + (nodes == 1 ? " node" : " nodes")
                + (cluster.getBoolean("whole") ? "" : "; it does not know yet all that the others know");
    }

    private static List<String> nodes(JsonObject cluster) {
        if (!cluster.getBoolean("clustered")) {
            return List.of();
        }
        final TextTable table = new TextTable("NODE", "ADDRESS", "SINCE", "LINKS", "KNOWN", "INCARNATION");
        for (final JsonObject member : objects(cluster, "members")) {
            final boolean self = member.getBoolean("self");
            table.row(
                    text(member, "name"),
                    text(member, "address"),
                    text(member, "since"),
                    text(member, "links"),
                    self ? "this node" : member.getBoolean("whole") ? "whole" : "not yet",
                    text(member, "incarnation"));
        }
        return Stream.concat(Stream.of(""), table.lines().stream()).toList();
    }

    private static List<String> clients(List<JsonObject> clients) {
        if (clients.isEmpty()) {
            return List.of("No client.");
        }
        final TextTable table = new TextTable("CLIENT", "STATE", "NODES", "TUNNELS HERE", "STREAMS", "SESSION");
        clients.forEach(client -> table.row(
                text(client, "name"),
                state(client),
                names(client),
                String.valueOf(client.getJsonArray("tunnels").size()),
                text(client, "streams"),
                text(client, "session") + "/" + text(client, "epoch")));
        return table.lines();
    }

    private static String state(JsonObject client) {
        final Long endsIn = client.getLong("ends_in_ms");
        return text(client, "state") + (endsIn == null ? "" : ", ends in " + time(endsIn));
    }

    private static List<String> tunnels(List<JsonObject> clients) {
        final TextTable table = new TextTable("TUNNEL OF", "FROM", "AGE", "STREAMS", "ROUND TRIP");
        for (final JsonObject client : clients) {
            for (final JsonObject tunnel : objects(client, "tunnels")) {
                table.row(
                        text(client, "name"),
                        text(tunnel, "address"),
                        time(tunnel.getLong("age_ms")),
                        text(tunnel, "streams"),
                        millis(tunnel.getDouble("round_trip_ms")));
            }
        }
        final List<String> lines = table.lines();
        return lines.size() == 1
                ? List.of()
                : Stream.concat(Stream.of(""), lines.stream()).toList();
    }

    private static List<String> proxies(List<JsonObject> proxies) {
        if (proxies.isEmpty()) {
            return List.of("No proxy.");
        }
        final TextTable table = new TextTable("PROXY", "CLIENT", "TYPE", "ADDRESS", "HERE", "NODES", "PROBLEM");
        proxies.forEach(proxy -> table.row(
                text(proxy, "name"),
                text(proxy, "client"),
                text(proxy, "type"),
                proxy.getString("address") == null ? text(proxy, "asked") + " wanted" : text(proxy, "address"),
                text(proxy.getJsonObject("here"), "state"),
                names(proxy),
                problem(proxy)));
        return table.lines();
    }

    private static String problem(JsonObject proxy) {
        final List<String> problems = new ArrayList<>();
        final JsonObject told = proxy.getJsonObject("problem");
        final String here = proxy.getJsonObject("here").getString("reason");
        if (told != null) {
            problems.add(text(told, "reason"));
        } else if (here != null) {
            problems.add(here);
        }
        objects(proxy, "failed_elsewhere")
                .forEach(failure -> problems.add(text(failure, "node") + ": " + text(failure, "reason")));
        return String.join("; ", problems);
    }

    private static String names(JsonObject of) {
        return of.getJsonArray("nodes").stream().map(String::valueOf).collect(Collectors.joining(", "));
    }

    private static List<JsonObject> objects(JsonObject of, String field) {
        final JsonArray array = of.getJsonArray(field);
        return array.stream().map(JsonObject.class::cast).toList();
    }

    private static String text(JsonObject of, String field) {
        final Object value = of.getValue(field);
        return value == null ? "" : String.valueOf(value);
    }

    private static String millis(@Nullable Double millis) {
        return millis == null ? "" : String.format(Locale.ROOT, "%.2f ms", millis);
    }

    /** The two largest units. */
    private static String time(long millis) {
        final Duration time = Duration.ofMillis(millis);
        if (time.toMinutes() == 0) {
            return time.toSeconds() + " s";
        }
        if (time.toHours() == 0) {
            return time.toMinutes() + " min " + time.toSeconds() % SECONDS_PER_MINUTE + " s";
        }
        return time.toDays() == 0
                ? time.toHours() + " h " + time.toMinutes() % MINUTES_PER_HOUR + " min"
                : time.toDays() + " d " + time.toHours() % HOURS_PER_DAY + " h";
    }
}
