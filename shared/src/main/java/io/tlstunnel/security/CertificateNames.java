package io.tlstunnel.security;

import java.net.IDN;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.util.IPAddress;

/**
 * The names that a certificate is for: DNS names, {@code *.example.com} too, and IP addresses.
 *
 * @param all at least one
 */
public record CertificateNames(List<String> all) {

    /** Checks and normalises: lower case, no duplicates, non-ASCII names in their ASCII form. */
    public CertificateNames {
        Set<String> names = new LinkedHashSet<>();
        for (String name : all) {
            names.add(normal(name));
        }
        if (names.isEmpty()) {
            throw new IllegalArgumentException("a certificate needs at least one name");
        }
        all = List.copyOf(names);
    }

    /**
     * What a server is certainly called: this host's name, {@code localhost}, the loopback addresses, and the address it
     * listens on unless that means all of them. May ask DNS: blocking.
     */
    public static CertificateNames ofThisHost(String bindAddr) {
        List<String> names = new ArrayList<>(List.of("localhost"));
        addHostName(names);
        names.addAll(List.of("127.0.0.1", "::1"));
        if (!Set.of("", "*", "0.0.0.0", "::").contains(bindAddr)) {
            names.add(bindAddr);
        }
        return new CertificateNames(names);
    }

    /** These and more. */
    public CertificateNames and(Collection<String> more) {
        List<String> names = new ArrayList<>(all);
        names.addAll(more);
        return new CertificateNames(names);
    }

    GeneralNames subjectAlternatives() {
        return new GeneralNames(all.stream()
                .map(name ->
                        new GeneralName(IPAddress.isValid(name) ? GeneralName.iPAddress : GeneralName.dNSName, name))
                .toArray(GeneralName[]::new));
    }

    private static void addHostName(List<String> names) {
        try {
            String host = InetAddress.getLocalHost().getHostName();
            if (isDnsName(host)) {
                names.add(host);
            }
        } catch (UnknownHostException e) {
            // A host whose own name resolves nowhere cannot be reached by that name either: leave it out.
            return;
        }
    }

    private static String normal(String name) {
        String lower = name.strip().toLowerCase(Locale.ROOT);
        if (IPAddress.isValid(lower)) {
            return lower;
        }
        if (!isDnsName(lower)) {
            throw new IllegalArgumentException("\"" + name + "\" is neither a DNS name nor an IP address");
        }
        return IDN.toASCII(lower);
    }

    private static boolean isDnsName(String name) {
        try {
            String ascii = IDN.toASCII(name.startsWith("*.") ? name.substring(2) : name);
            return !ascii.isEmpty()
                    && ascii.length() <= 253
                    && ascii.matches(
                            "[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*");
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
