package io.greenlang.metrics.testkit;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Valid and forged JSON Web Tokens, created without the library that validates them. */
public final class TransportTokens {

  /** The secret that signs valid tokens. */
  public static final String SECRET =
      "the-contract-suite's-secret-of-more-than-64-bytes-" + "so-that-it-is-long-enough-for-HS512";

  private static final String HS256 = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";

  private TransportTokens() {}

  /** Returns a valid token that allows everything for one hour. */
  public static String good() {
    return withClaims("");
  }

  /**
   * Returns a valid token for one hour.
   *
   * @param extraClaims additional JSON claims, such as {@code ,"channels":["a.b"]}; may be empty
   */
  public static String withClaims(String extraClaims) {
    return expiring(Instant.now().plus(Duration.ofHours(1)), extraClaims);
  }

  /**
   * Returns a correctly signed token with the given expiry.
   *
   * @param extraClaims additional JSON claims; may be empty
   */
  public static String expiring(Instant expiry, String extraClaims) {
    return signed("{\"sub\":\"tester\",\"exp\":" + expiry.getEpochSecond() + extraClaims + "}");
  }

  /** Returns a token with exactly these claims, signed with {@link #SECRET}. */
  public static String signed(String claims) {
    return signed(HS256, claims, SECRET);
  }

  /** Returns a token signed by HMAC-SHA-256 with the given secret, whatever its header declares. */
  public static String signed(String header, String claims, String secret) {
    String body = encode(header) + "." + encode(claims);
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      byte[] signature = mac.doFinal(body.getBytes(StandardCharsets.UTF_8));
      return body + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signature);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256", e);
    }
  }

  /** Returns a token with an empty signature. */
  public static String unsigned(String algorithm) {
    String claims = "{\"sub\":\"tester\",\"exp\":" + hourFromNow() + "}";
    return encode("{\"alg\":\"" + algorithm + "\"}") + "." + encode(claims) + ".";
  }

  /** Returns the time one hour from now in epoch seconds. */
  public static long hourFromNow() {
    return Instant.now().plus(Duration.ofHours(1)).getEpochSecond();
  }

  private static String encode(String part) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(part.getBytes(StandardCharsets.UTF_8));
  }
}
