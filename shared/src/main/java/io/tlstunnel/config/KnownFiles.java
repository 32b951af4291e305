package io.tlstunnel.config;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The files that a configuration names. Blocks on the file system. */
final class KnownFiles {
    private static final Set<PosixFilePermission> OTHERS = EnumSet.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.GROUP_EXECUTE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE,
            PosixFilePermission.OTHERS_EXECUTE);

    private KnownFiles() {}

    /** The resolved path of that key, or null if it is absent; notes a file that cannot be read. */
    static @Nullable Path readable(Table table, Key<Path> key) {
        final Path written = table.find(key);
        if (written == null) {
            return null;
        }
        final Path path = table.document().resolve(written);
        final String fault = Files.isReadable(path) && !Files.isDirectory(path) ? null : fault(path);
        if (fault != null) {
            table.reject(key, "names " + path + ", " + fault + homeHint(written));
        }
        return path;
    }

    /** The resolved directory; notes one that is none. */
    static Path directory(Table table, Key<?> key, Path written) {
        final Path path = table.document().resolve(written);
        if (!Files.isDirectory(path)) {
            final String fault = Files.exists(path) ? "which is not a directory" : "which does not exist";
            table.reject(key, "names " + path + ", " + fault + homeHint(written));
        }
        return path;
    }

    /** Why a file cannot be read, as the end of a sentence. */
    static String fault(Path path) {
        if (Files.isDirectory(path)) {
            return "which is a directory";
        }
        return Files.exists(path) ? "which cannot be read" : "which does not exist";
    }

    /** As above, from what an attempt to read it threw. */
    static String fault(Path path, Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof NoSuchFileException) {
                return "which does not exist";
            }
            if (cause instanceof AccessDeniedException) {
                return "which cannot be read";
            }
        }
        return fault(path);
    }

    /** Notes a private key that group or others may do anything with. */
    static void warnIfOpenToOthers(Table table, Key<Path> key, Path path) {
        if (isOpenToOthers(path)) {
            table.warn(key, "names " + path + ", which others can read; run `chmod 600 " + path + "`");
        }
    }

    /** Whether group or others may do anything with the file; false where there are no such rights. */
    static boolean isOpenToOthers(Path path) {
        try {
            return Files.getPosixFilePermissions(path).stream().anyMatch(OTHERS::contains);
        } catch (UnsupportedOperationException | IOException noSuchRights) {
            return false;
        }
    }

    private static String homeHint(Path written) {
        return written.startsWith("~") ? "; ~ is not expanded here, write the whole path" : "";
    }
}
