package io.tlstunnel.cli;

import io.tlstunnel.config.AdminConfig;
import io.tlstunnel.config.HostPort;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;

/** Asks the admin port of a running program. Blocks. */
final class AdminCall {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int OK = 200;
    private static final int MISTAKES = 422;

    private final String address;

    private AdminCall(String address) {
        this.address = address;
    }

    static AdminCall to(String hostAndPort) {
        return new AdminCall(hostAndPort);
    }

    /** Where a program with that configuration is to be found. */
    static AdminCall to(AdminConfig config, Path file) {
        if (!config.enabled() || config.bindPort() == 0) {
            final String why = config.enabled() ? "bind_port = 0 in [admin], so its" : "no [admin], and so no";
            throw new CliException(
                    Exit.RUNTIME,
                    file + " has " + why + " admin port cannot be known; send it a SIGHUP (kill -HUP PID), or name"
                            + " the port with --admin");
        }
        final String host = switch (config.bindAddr()) {
            case "0.0.0.0" -> "127.0.0.1";
            case "::" -> "::1";
            default -> config.bindAddr();
        };
        return new AdminCall(new HostPort(host, config.bindPort()).toString());
    }

    /** The program's answer to {@code POST /api/v1/reload}. */
    JsonObject reload() {
        try {
            final HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + address + "/api/v1/reload"))
                    .timeout(PATIENCE)
                    .POST(HttpRequest.BodyPublishers.noBody())
                    .build();
            final HttpResponse<String> response = HttpClient.newBuilder()
                    .connectTimeout(PATIENCE)
                    .build()
                    .send(request, HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() != OK && response.statusCode() != MISTAKES) {
                throw new CliException(
                        Exit.RUNTIME,
                        "what answers at " + address + " does not reload (status " + response.statusCode()
                                + "); is it tls-tunnel, and was it started with a file?");
            }
            return new JsonObject(response.body());
        } catch (IllegalArgumentException noAddress) {
            throw new CliException(Exit.USAGE, "--admin takes HOST:PORT, not " + address, noAddress);
        } catch (IOException | DecodeException gone) {
            throw new CliException(
                    Exit.RUNTIME,
                    "nobody answers at " + address + "; does it run, and with this [admin]? Else: kill -HUP PID",
                    gone);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new CliException(Exit.RUNTIME, "interrupted", stopped);
        }
    }

    @Override
    public String toString() {
        return address;
    }
}
