package io.tlstunnel.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** New files that nobody else can read, from their first moment on. */
final class PrivateFile {

    private PrivateFile() {}

    /**
     * Creates {@code file} with mode 600 (where there are modes).
     *
     * @throws CliException if it exists or cannot be written
     */
    static void create(Path file, String content) {
        final Set<StandardOpenOption> create = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try (SeekableByteChannel channel = Files.newByteChannel(file, create, mode())) {
            final ByteBuffer bytes = StandardCharsets.UTF_8.encode(content);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (FileAlreadyExistsException e) {
            throw new CliException(Exit.USAGE, file + " is there already: choose another name or remove it", e);
        } catch (NoSuchFileException e) {
            throw new CliException(Exit.USAGE, "the folder of " + file + " does not exist", e);
        } catch (IOException e) {
            throw new CliException(Exit.RUNTIME, file + " cannot be written: " + Failures.sentence(e), e);
        }
    }

    private static FileAttribute<?>[] mode() {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }
}
