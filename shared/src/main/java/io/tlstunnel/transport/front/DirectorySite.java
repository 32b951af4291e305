package io.tlstunnel.transport.front;

import io.tlstunnel.transport.front.StaticFiles.Found;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.file.OpenOptions;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/** Serves the files of a directory. */
final class DirectorySite implements WebSite {
    private static final DateTimeFormatter HTTP_DATE = DateTimeFormatter.RFC_1123_DATE_TIME.withZone(ZoneOffset.UTC);

    private final Vertx vertx;
    private final StaticFiles files;
    private final NotFoundSite notFound = new NotFoundSite();

    DirectorySite(Vertx vertx, Path root) {
        this.vertx = vertx;
        this.files = new StaticFiles(root);
    }

    @Override
    public void serve(WebExchange exchange) {
        if (!exchange.request().isGetOrHead()) {
            exchange.answer(405, headers().set("Allow", "GET, HEAD"), "");
            return;
        }
        vertx.executeBlocking(() -> files.find(exchange.request().uri()), false)
                .onSuccess(found -> show(exchange, found))
                .onFailure(failure -> notFound.serve(exchange));
    }

    private void show(WebExchange exchange, Found found) {
        if (found instanceof Found.Directory directory) {
            exchange.answer(301, headers().set("Location", directory.location()), "");
        } else if (!(found instanceof Found.File file)) {
            notFound.serve(exchange);
        } else if (unchanged(exchange, file)) {
            exchange.answer(304, describe(file)).end();
        } else if (exchange.request().isHead()) {
            exchange.answer(200, describe(file).set("Content-Length", Long.toString(file.size())))
                    .end();
        } else {
            send(exchange, file);
        }
    }

    private void send(WebExchange exchange, Found.File file) {
        vertx.fileSystem()
                .open(
                        file.path().toString(),
                        new OpenOptions().setRead(true).setWrite(false).setCreate(false))
                .onFailure(failure -> notFound.serve(exchange))
                .onSuccess(open -> {
                    // No more than was announced, though the file may have grown; if it shrank, the answer breaks off.
                    open.setReadLength(file.size());
                    MultiMap head = describe(file).set("Content-Length", Long.toString(file.size()));
                    open.pipeTo(exchange.answer(200, head)).onFailure(failure -> exchange.breakOff());
                });
    }

    private static boolean unchanged(WebExchange exchange, Found.File file) {
        Instant known = date(exchange.request().headers().get("If-Modified-Since"));
        return known != null && !file.modified().isAfter(known);
    }

    private static @Nullable Instant date(@Nullable String header) {
        if (header == null) {
            return null;
        }
        try {
            return Instant.from(HTTP_DATE.parse(header));
        } catch (DateTimeParseException notOurs) {
            return null; // as RFC 9110 has it: a date that cannot be read is ignored
        }
    }

    private static MultiMap describe(Found.File file) {
        return headers()
                .set("Content-Type", file.contentType())
                .set("X-Content-Type-Options", "nosniff")
                .set("Last-Modified", HTTP_DATE.format(file.modified()));
    }

    private static MultiMap headers() {
        return MultiMap.caseInsensitiveMultiMap();
    }
}
