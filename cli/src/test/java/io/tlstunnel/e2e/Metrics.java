package io.tlstunnel.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What an admin port tells at {@code /metrics}. */
record Metrics(String text) {

    static Metrics of(int adminPort) {
        URI page = URI.create("http://127.0.0.1:" + adminPort + "/metrics");
        try {
            return new Metrics(HttpClient.newHttpClient()
                    .send(HttpRequest.newBuilder(page).build(), HttpResponse.BodyHandlers.ofString())
                    .body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** The figure of a metric without labels. */
    long value(String name) {
        Matcher line =
                Pattern.compile("(?m)^" + Pattern.quote(name) + " (\\S+)$").matcher(text);
        if (!line.find()) {
            throw new AssertionError("no " + name + " in\n" + text);
        }
        return (long) Double.parseDouble(line.group(1));
    }
}
