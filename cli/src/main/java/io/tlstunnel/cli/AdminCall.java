package io.tlstunnel.cli;

import io.tlstunnel.config.AdminConfig;
import io.tlstunnel.config.HostPort;
import io.tlstunnel.config.Secret;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Asks the admin port of a running program. Blocks. */
final class AdminCall {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int OK = 200;
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final int MISTAKES = 422;

    private final String base;
    private final String shown;
    private final @Nullable Secret token;
    private final HttpClient http;

    private AdminCall(String base, String shown, @Nullable Secret token) {
        this.base = base;
        this.shown = shown;
        this.token = token;
        // It follows no redirect, which could lead the token elsewhere.
        this.http = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
    }

    static AdminCall to(String hostAndPort) {
        final String mistake = "--admin takes HOST:PORT, not " + hostAndPort;
        final URI uri = uri("http://" + hostAndPort, mistake);
        if (uri.getHost() == null) {
            throw new CliException(Exit.USAGE, mistake);
        }
        return new AdminCall(uri.toString(), hostAndPort, null);
    }

    /** A program whose admin port is at {@code url}; {@code token} opens its API. */
    static AdminCall to(String url, @Nullable Secret token) {
        final String mistake = "--url takes http://HOST:PORT or https://HOST:PORT, not " + url;
        final String trimmed = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
        final URI uri = uri(trimmed, mistake);
        final boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
        if (!web || uri.getHost() == null || uri.getUserInfo() != null || uri.getQuery() != null) {
            throw new CliException(Exit.USAGE, mistake);
        }
        return new AdminCall(trimmed, uri.getAuthority(), token);
    }

    /** Where a program with that configuration is to be found; {@code otherwise} says what else can be done. */
    static AdminCall to(AdminConfig config, Path file, String otherwise) {
        if (!config.enabled() || config.bindPort() == 0) {
            final String why = config.enabled() ? "bind_port = 0 in [admin], so its" : "no [admin], and so no";
            throw new CliException(Exit.RUNTIME, file + " has " + why + " admin port cannot be known; " + otherwise);
        }
        final String host = switch (config.bindAddr()) {
            case "0.0.0.0" -> "127.0.0.1";
            case "::" -> "::1";
            default -> config.bindAddr();
        };
        final String address = new HostPort(host, config.bindPort()).toString();
        return new AdminCall("http://" + address, address, config.token());
    }

    private static URI uri(String text, String mistake) {
        try {
            return URI.create(text);
        } catch (IllegalArgumentException noUri) {
            throw new CliException(Exit.USAGE, mistake, noUri);
        }
    }

    /** The program's answer to {@code POST /api/v1/reload}. */
    JsonObject reload() {
        final HttpResponse<String> response =
                send(request("/api/v1/reload").POST(HttpRequest.BodyPublishers.noBody()), "Else: kill -HUP PID");
        if (response.statusCode() != OK && response.statusCode() != MISTAKES) {
            throw new CliException(
                    Exit.RUNTIME,
                    "what answers at " + shown + " does not reload (status " + response.statusCode()
                            + "); is it tls-tunnel, and was it started with a file?");
        }
        return json(response);
    }

    /** The program's answer to a question of its API. */
    JsonObject get(String path) {
        final HttpRequest.Builder request = request(path).GET();
        if (token != null) {
            request.header("Authorization", "Bearer " + new String(token.bytes(), StandardCharsets.US_ASCII));
        }
        final HttpResponse<String> response = send(request, "Else: --url");
        if (response.statusCode() == OK) {
            return json(response);
        }
        throw new CliException(
                Exit.RUNTIME,
                switch (response.statusCode()) {
                    case UNAUTHORIZED ->
                        token == null
                                ? shown + " asks for its token; name the file that holds it with --token-file"
                                : shown + " has another token than this one";
                    case FORBIDDEN ->
                        shown + " refuses: " + Printable.of(response.body().strip());
                    case NOT_FOUND -> "what answers at " + shown + " has no API; is it a tls-tunnel server?";
                    default -> "what answers at " + shown + " cannot tell (status " + response.statusCode() + ")";
                });
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(uri(base + path, "no URL: " + base + path))
                .timeout(PATIENCE);
    }

    private HttpResponse<String> send(HttpRequest.Builder request, String otherwise) {
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException gone) {
            throw nobody(otherwise, gone);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new CliException(Exit.RUNTIME, "interrupted", stopped);
        }
    }

    private CliException nobody(String otherwise, Exception cause) {
        return new CliException(
                Exit.RUNTIME,
                "nobody answers at " + shown + "; does it run, and with this [admin]? " + otherwise,
                cause);
    }

    private JsonObject json(HttpResponse<String> response) {
        try {
            return new JsonObject(response.body());
        } catch (DecodeException noJson) {
            throw new CliException(Exit.RUNTIME, "what answers at " + shown + " is no tls-tunnel", noJson);
        }
    }

    @Override
    public String toString() {
        return shown;
    }
}
