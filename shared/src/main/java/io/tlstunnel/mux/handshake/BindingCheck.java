package io.tlstunnel.mux.handshake;

import io.tlstunnel.mux.handshake.AnswererStep.Cause;
import io.tlstunnel.security.Fingerprint;
import io.tlstunnel.wire.BindingWanted;
import io.tlstunnel.wire.Frame.Proof;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Whether a proof is bound as the answering side wanted it. {@code off} is the dialling side's own choice. */
final class BindingCheck {
    private BindingCheck() {}

    /**
     * What speaks against a proof.
     *
     * @param what the end of a sentence for the log
     */
    record Objection(Cause cause, String what) {}

    static @Nullable Objection of(Proof proof, BindingWanted wanted, Set<Fingerprint> leaves) {
        return switch (proof.used()) {
            case OFF -> null;
            case NONE ->
                wanted == BindingWanted.NONE
                        ? null
                        : new Objection(Cause.NOT_BOUND, "did not bind it to a certificate, as it was told to");
            case LEAF -> wanted == BindingWanted.LEAF ? leaf(Fingerprint.of(proof.binding()), leaves) : uncalledFor();
        };
    }

    private static @Nullable Objection leaf(Fingerprint shown, Set<Fingerprint> leaves) {
        if (leaves.contains(shown)) {
            return null;
        }
        return new Objection(
                Cause.OTHER_CERTIFICATE,
                "was shown a certificate that is not this server's (sha256 " + shown + "): a man in the middle, a"
                        + " TLS-inspecting proxy, or a balancer whose certificate is not in balancer_cert_path");
    }

    private static Objection uncalledFor() {
        return new Objection(Cause.NOT_BOUND, "bound it to a certificate although none was wanted");
    }
}
