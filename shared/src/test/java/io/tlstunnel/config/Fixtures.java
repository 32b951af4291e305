package io.tlstunnel.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** The TOML files under {@code src/test/resources/config}, copied where their rights can be set. */
final class Fixtures {
    private static final boolean POSIX =
            FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

    private Fixtures() {}

    static List<String> names(String folder) {
        try (Stream<Path> files = Files.list(resource(folder))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".toml"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Copies a folder of fixtures, readable by the owner only. */
    static Path copy(String folder, Path target) throws IOException {
        final Path source = resource(folder);
        try (Stream<Path> files = Files.walk(source)) {
            for (final Path file : files.toList()) {
                final Path copy = target.resolve(source.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(file, copy);
                    rights(copy, "rw-------");
                }
            }
        }
        return target;
    }

    static void rights(Path file, String rights) throws IOException {
        if (POSIX) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(rights));
        }
    }

    static Loaded<? extends Record> load(Path file, Map<String, String> environment) {
        return isServer(file) ? ConfigFiles.loadServer(file, environment) : ConfigFiles.loadClient(file, environment);
    }

    /** Whom a fixture is for is the first word of its name. */
    static boolean isServer(Path file) {
        return file.getFileName().toString().startsWith("server");
    }

    private static Path resource(String folder) {
        try {
            return Path.of(Objects.requireNonNull(Fixtures.class.getResource("/config/" + folder))
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
