package io.greenlang.metrics.websocket.auth;

import com.nimbusds.jose.JWSAlgorithm;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** A secret that is long enough for its algorithm. */
@SuppressWarnings("ArrayRecordComponent") // instances are never compared
record JwtSecret(byte[] bytes, JWSAlgorithm algorithm) {

  /** The minimum length of a secret: the length of the hash (RFC 7518, section 3.2). */
  private static final Map<String, Integer> MIN_BYTES =
      Map.of("HS256", 32, "HS384", 48, "HS512", 64);

  static JwtSecret of(String secret, String algorithm) {
    return of(secret, algorithm, "JWT_SECRET_KEY");
  }

  /**
   * Returns a secret.
   *
   * @param variable the setting for the error message
   * @throws IllegalArgumentException if the algorithm is not supported or the secret is too short
   */
  static JwtSecret of(String secret, String algorithm, String variable) {
    Integer minBytes = MIN_BYTES.get(algorithm);
    if (minBytes == null) {
      throw new IllegalArgumentException(
          "JWT algorithm \""
              + algorithm
              + "\" (JWT_ALGORITHM) is not known; use HS256, HS384 or HS512");
    }
    byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
    if (bytes.length < minBytes) {
      throw new IllegalArgumentException(
          "the JWT secret ("
              + variable
              + ") has "
              + bytes.length
              + " bytes, but "
              + algorithm
              + " needs at least "
              + minBytes
              + "; make one with: openssl rand -base64 48");
    }
    return new JwtSecret(bytes, JWSAlgorithm.parse(algorithm));
  }
}
