package io.tlstunnel.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tls-tunnel key}. */
@Command(
        name = "key",
        header = "Make a random 256-bit key for auth_key.",
        description = "Server and client prove to each other that they have the same key; it never crosses the wire.",
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  tls-tunnel key                    print one",
            "  tls-tunnel key --out key          into a file that only you can read;",
            "                                    in both configurations: auth_key_file = \"key\""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {Exit.OK_TEXT, Exit.RUNTIME_TEXT, Exit.USAGE_TEXT})
final class KeyCommand implements Runnable {

    private static final int BYTES = 32;

    @Option(names = "--hex", description = "64 hex digits instead of 43 base64url characters.")
    private boolean hex;

    @Option(
            names = {"-o", "--out"},
            paramLabel = "FILE",
            description = "Write it to a new file with mode 600. An existing file is never overwritten.")
    private @Nullable Path out;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public void run() {
        final PrintWriter stdout = Output.of(spec);
        final String key = hex ? HexFormat.of().formatHex(bytes()) : random();
        if (out == null) {
            stdout.println(key);
        } else {
            PrivateFile.create(out, key + "\n");
            stdout.println("wrote " + out + " (mode 600); in both configurations: auth_key_file = \"" + out + "\"");
        }
    }

    /** A fresh key: 43 characters that need no quoting anywhere. */
    static String random() {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes());
    }

    private static byte[] bytes() {
        final byte[] bytes = new byte[BYTES];
        new SecureRandom().nextBytes(bytes);
        return bytes;
    }
}
