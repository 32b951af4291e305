package io.tlstunnel.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The two files of the guide, as they stand there, with real values put in. */
final class GuideFiles {
    private static final Path ORIGINALS = Path.of("..", "shared", "src", "test", "resources", "config", "valid");

    private String text;

    private GuideFiles(String text) {
        this.text = text;
    }

    static GuideFiles server() throws IOException {
        return new GuideFiles(Files.readString(ORIGINALS.resolve("server-guide.toml")));
    }

    static GuideFiles client() throws IOException {
        return new GuideFiles(Files.readString(ORIGINALS.resolve("client-guide.toml")));
    }

    /** Puts one thing in place of another, which must be there. */
    GuideFiles with(String from, Object to) {
        if (!text.contains(from)) {
            throw new AssertionError("the guide's file has no " + from + ":\n" + text);
        }
        text = text.replace(from, to.toString());
        return this;
    }

    /** Switches a commented line on, with a real path in it. */
    GuideFiles switchOn(String key, String placeholder, Path real) {
        return with("# " + key + " = \"" + placeholder + "\"", key + " = \"" + real + "\"");
    }

    Path write(Path file) throws IOException {
        return Files.writeString(file, text);
    }
}
