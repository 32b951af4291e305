package io.tlstunnel.cli;

import io.tlstunnel.security.CertificateNames;
import io.tlstunnel.security.GeneratedCertificate;
import io.tlstunnel.security.ServerCertificate;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tls-tunnel cert}. */
@Command(
        name = "cert",
        header = "Make a self-signed certificate for the server, or show the one that is there.",
        description = {
            "A server without cert_path makes one by itself beside its configuration; with this command you choose the"
                    + " names, or see the fingerprint that clients pin.",
            "An existing certificate is shown and never replaced."
        },
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  tls-tunnel cert --out . --san tunnel.example.com --san 203.0.113.7",
            "  tls-tunnel cert                   show the one in this folder (or make it)",
            "",
            "The server finds " + GeneratedCertificate.CERTIFICATE_FILE + " and " + GeneratedCertificate.KEY_FILE
                    + " beside its configuration;",
            "from elsewhere name them by cert_path and key_path."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {Exit.OK_TEXT, Exit.RUNTIME_TEXT, Exit.USAGE_TEXT})
final class CertCommand implements Runnable {

    @Option(
            names = {"-o", "--out"},
            paramLabel = "DIR",
            description = "Folder of the two files (this one); made if missing.")
    private Path out = Path.of(".");

    @Option(
            names = "--san",
            paramLabel = "NAME",
            arity = "1..*",
            description = "DNS names and IP addresses that it is for, besides this host's own name and localhost.")
    private List<String> names = List.of();

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public void run() {
        final boolean isThere = Files.exists(out.resolve(GeneratedCertificate.CERTIFICATE_FILE));
        final CertificateNames wanted = wanted();
        makeFolder();
        final ServerCertificate certificate = GeneratedCertificate.in(out, () -> wanted);
        final PrintWriter stdout = Output.of(spec);
        stdout.println((isThere ? "found " : "made ") + out.resolve(GeneratedCertificate.CERTIFICATE_FILE) + " and "
                + GeneratedCertificate.KEY_FILE + " (mode 600)");
        stdout.println("names        " + names(certificate.leaf()));
        stdout.println("valid until  " + certificate.leaf().getNotAfter().toInstant());
        stdout.println("SHA-256      " + certificate.fingerprint().withColons());
        stdout.println("for clients  server_fingerprint = \"" + certificate.fingerprint() + "\"");
    }

    private CertificateNames wanted() {
        try {
            return CertificateNames.ofThisHost("").and(names);
        } catch (IllegalArgumentException e) {
            throw new CliException(Exit.USAGE, Failures.sentence(e), e);
        }
    }

    private void makeFolder() {
        try {
            Files.createDirectories(out);
        } catch (IOException e) {
            throw new CliException(Exit.USAGE, "the folder " + out + " cannot be made", e);
        }
    }

    private static String names(X509Certificate certificate) {
        try {
            final Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return names == null
                    ? String.valueOf(certificate.getSubjectX500Principal())
                    : names.stream().map(name -> String.valueOf(name.get(1))).collect(Collectors.joining(", "));
        } catch (CertificateParsingException e) {
            return String.valueOf(certificate.getSubjectX500Principal());
        }
    }
}
