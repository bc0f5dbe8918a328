package io.greenlang.metrics.websocket.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jwt.SignedJWT;
import java.math.BigInteger;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A key that verifies tokens of exactly one algorithm (RFC 8725, section 3.1). Thread-safe.
 *
 * @param algorithm the algorithm, which never comes from a token
 * @param name the key's {@code kid}; null if it has none, and verifies tokens with any
 * @param verifier the key itself
 */
record VerificationKey(JWSAlgorithm algorithm, @Nullable String name, JWSVerifier verifier) {

  /** The algorithms of public keys. */
  static final Set<String> RSA = Set.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512");

  private static final Map<Curve, JWSAlgorithm> CURVES =
      Map.of(
          Curve.P_256, JWSAlgorithm.ES256,
          Curve.P_384, JWSAlgorithm.ES384,
          Curve.P_521, JWSAlgorithm.ES512);

  private static final Set<String> ED25519 = Set.of("EdDSA", "Ed25519");

  /** RFC 7518, section 3.3. */
  private static final int MIN_RSA_BITS = 2048;

  /** A check takes four times as long if a key is twice as long. */
  private static final int MAX_RSA_BITS = 8192;

  private static final int MAX_EXPONENT_BITS = 64;

  /** The reason why a key cannot be used. The message quotes nothing but its parameters. */
  static final class UnusableKeyException extends Exception {

    UnusableKeyException(String reason) {
      super(reason);
    }
  }

  /** Returns a key that is a shared secret. */
  static VerificationKey of(JwtSecret secret) {
    try {
      return new VerificationKey(secret.algorithm(), null, new MACVerifier(secret.bytes()));
    } catch (JOSEException e) {
      throw new IllegalArgumentException("the JWT secret cannot be used", e);
    }
  }

  /**
   * Returns a public key.
   *
   * @param algorithm the algorithm that the key names; null if it names none
   * @param rsaAlgorithm the algorithm of an RSA key that names none
   * @throws UnusableKeyException if the key is weak or its algorithm is not supported
   */
  static VerificationKey of(
      PublicKey key, @Nullable String name, @Nullable String algorithm, String rsaAlgorithm)
      throws UnusableKeyException {
    try {
      if (key instanceof RSAPublicKey rsa) {
        requireStrong(rsa);
        String chosen = algorithm == null ? rsaAlgorithm : algorithm;
        return of(chosen, RSA, "RSA key", name, new RSASSAVerifier(rsa));
      }
      if (key instanceof ECPublicKey ec) {
        JWSAlgorithm only = ofCurve(Curve.forECParameterSpec(ec.getParams()));
        String chosen = algorithm == null ? only.getName() : algorithm;
        return of(chosen, Set.of(only.getName()), "key", name, new ECDSAVerifier(ec));
      }
      if (key instanceof EdECPublicKey ed && ed.getParams().getName().equals("Ed25519")) {
        String chosen = algorithm == null ? "EdDSA" : algorithm;
        return of(chosen, ED25519, "key of Ed25519", name, new EdDsaVerifier(ed));
      }
      throw new UnusableKeyException("keys of type " + key.getAlgorithm() + " are not supported");
    } catch (JOSEException e) {
      throw new UnusableKeyException("the key is malformed");
    }
  }

  private static VerificationKey of(
      String algorithm, Set<String> allowed, String kind, @Nullable String name, JWSVerifier key)
      throws UnusableKeyException {
    if (!allowed.contains(algorithm)) {
      throw new UnusableKeyException(
          "alg is "
              + QuotedText.of(algorithm)
              + ", and this "
              + kind
              + " can only sign with "
              + String.join(", ", allowed.stream().sorted().toList()));
    }
    return new VerificationKey(JWSAlgorithm.parse(algorithm), name, key);
  }

  private static JWSAlgorithm ofCurve(@Nullable Curve curve) throws UnusableKeyException {
    JWSAlgorithm algorithm = curve == null ? null : CURVES.get(curve);
    if (algorithm == null) {
      throw new UnusableKeyException(
          "the curve "
              + (curve == null ? "of the key" : QuotedText.of(curve.getName()))
              + " is not supported; use P-256, P-384, P-521 or Ed25519");
    }
    return algorithm;
  }

  private static void requireStrong(RSAPublicKey key) throws UnusableKeyException {
    int bits = key.getModulus().bitLength();
    if (bits < MIN_RSA_BITS || bits > MAX_RSA_BITS) {
      throw new UnusableKeyException(
          "the RSA key has "
              + bits
              + " bits; it must have "
              + MIN_RSA_BITS
              + " to "
              + MAX_RSA_BITS);
    }
    BigInteger exponent = key.getPublicExponent();
    if (exponent.compareTo(BigInteger.TWO) <= 0
        || !exponent.testBit(0)
        || exponent.bitLength() > MAX_EXPONENT_BITS) {
      throw new UnusableKeyException("the RSA key's exponent is not secure, or too long");
    }
  }

  /** Returns whether this key may verify tokens that name a key, or name none. */
  boolean matches(@Nullable String kid) {
    return kid == null || name == null || kid.equals(name);
  }

  /** Returns whether the signature of a token with this key's algorithm is valid. */
  boolean verifies(SignedJWT token) {
    try {
      return token.verify(verifier);
    } catch (JOSEException e) {
      return false; // for example because the signature has the wrong length
    }
  }
}
