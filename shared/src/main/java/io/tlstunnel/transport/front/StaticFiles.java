package io.tlstunnel.transport.front;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds the file that a request's path means, and never one outside of the root. Blocking. */
final class StaticFiles {
    private static final String INDEX = "index.html";
    private static final String WELL_KNOWN = ".well-known";
    private static final Map<String, String> TYPES = Map.ofEntries(
            Map.entry("html", "text/html; charset=utf-8"),
            Map.entry("htm", "text/html; charset=utf-8"),
            Map.entry("css", "text/css; charset=utf-8"),
            Map.entry("js", "text/javascript; charset=utf-8"),
            Map.entry("mjs", "text/javascript; charset=utf-8"),
            Map.entry("json", "application/json"),
            Map.entry("txt", "text/plain; charset=utf-8"),
            Map.entry("xml", "application/xml"),
            Map.entry("pdf", "application/pdf"),
            Map.entry("wasm", "application/wasm"),
            Map.entry("svg", "image/svg+xml"),
            Map.entry("png", "image/png"),
            Map.entry("jpg", "image/jpeg"),
            Map.entry("jpeg", "image/jpeg"),
            Map.entry("gif", "image/gif"),
            Map.entry("webp", "image/webp"),
            Map.entry("ico", "image/x-icon"),
            Map.entry("woff2", "font/woff2"),
            Map.entry("mp4", "video/mp4"));

    private final Path root;

    StaticFiles(Path root) {
        this.root = root;
    }

    /** What a path means. */
    sealed interface Found {
        /**
         * A file.
         *
         * @param modified cut to seconds, as HTTP dates are
         */
        record File(Path path, String contentType, long size, Instant modified) implements Found {}

        /** A directory asked for without the slash at its end: {@code location} has it. */
        record Directory(String location) implements Found {}

        /** Nothing that is shown. */
        record Nothing() implements Found {}
    }

    /** @param uri request target: path, perhaps with a query */
    Found find(String uri) throws IOException {
        String rawPath = uri.split("[?#]", 2)[0];
        List<String> segments = segments(rawPath);
        if (segments == null) {
            return new Found.Nothing();
        }
        Path base = root.toRealPath();
        try {
            Path wanted = base.resolve(String.join("/", segments));
            if (!Files.exists(wanted)) {
                return new Found.Nothing();
            }
            return open(base, wanted.toRealPath(), rawPath, segments);
        } catch (InvalidPathException notAName) {
            return new Found.Nothing();
        }
    }

    private static Found open(Path base, Path real, String rawPath, List<String> segments) throws IOException {
        if (!real.startsWith(base)) { // a link that leads out
            return new Found.Nothing();
        }
        if (!Files.isDirectory(real)) {
            return rawPath.endsWith("/") ? new Found.Nothing() : file(real);
        }
        if (!rawPath.endsWith("/")) {
            return new Found.Directory("/" + String.join("/", encode(segments)) + "/");
        }
        Path index = real.resolve(INDEX);
        return Files.isRegularFile(index) && index.toRealPath().startsWith(base) ? file(index) : new Found.Nothing();
    }

    private static Found file(Path path) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
        if (!attributes.isRegularFile() || !Files.isReadable(path)) {
            return new Found.Nothing();
        }
        String name = path.getFileName().toString();
        String extension = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        return new Found.File(
                path,
                TYPES.getOrDefault(extension, "application/octet-stream"),
                attributes.size(),
                attributes.lastModifiedTime().toInstant().truncatedTo(ChronoUnit.SECONDS));
    }

    /** The decoded segments; null if the path means nothing: hidden files and climbing up are not served. */
    private static @Nullable List<String> segments(String rawPath) {
        List<String> segments = new ArrayList<>();
        for (String raw : rawPath.split("/", -1)) {
            String segment = PercentCode.decode(raw);
            if (segment == null || segment.indexOf('/') >= 0 || segment.indexOf('\\') >= 0 || hidden(segment)) {
                return null;
            }
            if (!segment.isEmpty()) {
                segments.add(segment);
            }
        }
        return segments;
    }

    private static boolean hidden(String segment) {
        return segment.startsWith(".") && !segment.equals(WELL_KNOWN);
    }

    private static List<String> encode(List<String> segments) {
        return segments.stream().map(PercentCode::encode).toList();
    }
}
