package io.tlstunnel.security;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Files that appear whole or not at all, and once: of several writers, in whatever process, the first one wins and the
 * others' content is dropped.
 */
final class PublishedFile {
    private PublishedFile() {}

    /** Writes the file unless it is there. */
    static void create(Path file, String content, String posixMode) throws IOException {
        // Mode 600 from its first moment on; widened only when it has its content.
        Path draft = Files.createTempFile(file.toAbsolutePath().getParent(), ".tls-tunnel-", ".tmp");
        try {
            write(draft, content);
            if (Files.getFileStore(draft).supportsFileAttributeView(PosixFileAttributeView.class)) {
                Files.setPosixFilePermissions(draft, PosixFilePermissions.fromString(posixMode));
            }
            publish(draft, file);
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    private static void write(Path draft, String content) throws IOException {
        try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(content.getBytes(StandardCharsets.US_ASCII));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }

    /** A hard link is the one way to give a file its name that is atomic and never replaces another's. */
    private static void publish(Path draft, Path file) throws IOException {
        try {
            Files.createLink(file, draft);
        } catch (FileAlreadyExistsException e) {
            return;
        } catch (IOException | UnsupportedOperationException e) {
            moveUnlessThere(draft, file);
        }
    }

    /** For file systems without hard links. */
    private static void moveUnlessThere(Path draft, Path file) throws IOException {
        try {
            Files.move(draft, file);
        } catch (FileAlreadyExistsException e) {
            return;
        }
    }
}
