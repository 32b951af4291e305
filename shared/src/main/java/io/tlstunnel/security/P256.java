package io.tlstunnel.security;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.ECPublicKeySpec;
import org.bouncycastle.jce.ECNamedCurveTable;

/** Keys on the curve P-256. */
final class P256 {
    private static final String CURVE = "secp256r1";

    private P256() {}

    static KeyPair newPair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(CURVE));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw missing(e);
        }
    }

    /**
     * The pair that those bytes come to, always the same (FIPS 186-5, A.2.1).
     *
     * @param seed 40 bytes, eight more than a key has, so that no key is likelier than another
     */
    static KeyPair pairOf(byte[] seed) {
        try {
            AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
            parameters.init(new ECGenParameterSpec(CURVE));
            ECParameterSpec curve = parameters.getParameterSpec(ECParameterSpec.class);
            BigInteger number = new BigInteger(1, seed)
                    .mod(curve.getOrder().subtract(BigInteger.ONE))
                    .add(BigInteger.ONE);
            ECPrivateKey key =
                    (ECPrivateKey) KeyFactory.getInstance("EC").generatePrivate(new ECPrivateKeySpec(number, curve));
            return new KeyPair(publicKey(key), key);
        } catch (GeneralSecurityException e) {
            throw missing(e);
        }
    }

    /** The public half. A key on another curve gets one that does not fit it. */
    static PublicKey publicKey(ECPrivateKey key) throws GeneralSecurityException {
        var point = ECNamedCurveTable.getParameterSpec(CURVE)
                .getG()
                .multiply(key.getS())
                .normalize();
        ECPoint q = new ECPoint(
                point.getAffineXCoord().toBigInteger(), point.getAffineYCoord().toBigInteger());
        return KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(q, key.getParams()));
    }

    private static IllegalStateException missing(GeneralSecurityException cause) {
        return new IllegalStateException("every JDK has EC P-256", cause);
    }
}
