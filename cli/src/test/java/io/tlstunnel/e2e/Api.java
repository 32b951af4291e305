package io.tlstunnel.e2e;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;

/** What an admin port tells at {@code /api/v1}. */
record Api(String host, int port, String token) {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    /** On 127.0.0.1. */
    Api(int port, String token) {
        this("127.0.0.1", port, token);
    }

    /** With the header {@code Authorization} as it is given; without one if it is empty. */
    HttpResponse<String> ask(String path, String authorization) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create("http://" + host + ":" + port + "/api/v1/" + path));
        if (!authorization.isEmpty()) {
            request.header("Authorization", authorization);
        }
        try {
            return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    JsonObject get(String path) {
        HttpResponse<String> answer = ask(path, "Bearer " + token);
        if (answer.statusCode() != 200) {
            throw new AssertionError(path + " answered " + answer.statusCode() + ": " + answer.body());
        }
        return new JsonObject(answer.body());
    }

    /** The objects of that list, of an answer or of a part of one. */
    static List<JsonObject> list(JsonObject of, String field) {
        return of.getJsonArray(field).stream().map(JsonObject.class::cast).toList();
    }

    /** The one object of that list. */
    static JsonObject only(JsonObject of, String field) {
        List<JsonObject> all = list(of, field);
        if (all.size() != 1) {
            throw new AssertionError("not one of " + field + " in " + of.encodePrettily());
        }
        return all.get(0);
    }

    /** The node's route table, which is whole: who is where, and who gets the visitors of which address. */
    List<JsonObject> routes() {
        if (!get("cluster").getBoolean("whole")) {
            throw new AssertionError("the node does not know all yet");
        }
        List<JsonObject> table = new ArrayList<>();
        for (JsonObject client : list(get("clients"), "clients")) {
            table.add(parts(client, "name", "state", "session", "epoch", "nodes"));
        }
        for (JsonObject proxy : list(get("proxies"), "proxies")) {
            table.add(parts(proxy, "client", "name", "address", "routed", "nodes"));
        }
        return table;
    }

    private static JsonObject parts(JsonObject of, String... fields) {
        JsonObject parts = new JsonObject();
        for (String field : fields) {
            parts.put(field, of.getValue(field));
        }
        return parts;
    }

    /** The sentences of {@code why}, one a line. */
    String why(int asked) {
        return String.join(
                "\n",
                get("why/" + asked).getJsonArray("steps").stream()
                        .map(String::valueOf)
                        .toList());
    }
}
