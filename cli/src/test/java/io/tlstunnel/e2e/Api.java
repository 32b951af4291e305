package io.tlstunnel.e2e;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;

/** What an admin port on 127.0.0.1 tells at {@code /api/v1}. */
record Api(int port, String token) {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    /** With the header {@code Authorization} as it is given; without one if it is empty. */
    HttpResponse<String> ask(String path, String authorization) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1/" + path));
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

    /** The sentences of {@code why}, one a line. */
    String why(int asked) {
        return String.join(
                "\n",
                get("why/" + asked).getJsonArray("steps").stream()
                        .map(String::valueOf)
                        .toList());
    }
}
