package io.greenlang.metrics.testkit;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Tokens, good and forged, made without the library that checks them. */
public final class TransportTokens {

  /** What good tokens are signed with. */
  public static final String SECRET =
      "the-contract-suite's-secret-of-more-than-64-bytes-" + "so-that-it-is-long-enough-for-HS512";

  private static final String HS256 = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";

  private TransportTokens() {}

  /** A good token that may see everything for an hour. */
  public static String good() {
    return withClaims("");
  }

  /** A good token for an hour with more claims, such as {@code ,"channels":["a.b"]}. */
  public static String withClaims(String more) {
    return expiring(Instant.now().plus(Duration.ofHours(1)), more);
  }

  /** A token with an expiry of one's own. */
  public static String expiring(Instant when, String more) {
    return signed("{\"sub\":\"tester\",\"exp\":" + when.getEpochSecond() + more + "}");
  }

  /** A token with claims of one's own, signed with the right secret. */
  public static String signed(String claims) {
    return signed(HS256, claims, SECRET);
  }

  /** A token signed by HMAC-SHA-256 with any secret, whatever its header says. */
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

  /** A token without a signature. */
  public static String unsigned(String algorithm) {
    String claims = "{\"sub\":\"tester\",\"exp\":" + hourFromNow() + "}";
    return encode("{\"alg\":\"" + algorithm + "\"}") + "." + encode(claims) + ".";
  }

  /** An hour from now, in seconds since 1970. */
  public static long hourFromNow() {
    return Instant.now().plus(Duration.ofHours(1)).getEpochSecond();
  }

  private static String encode(String part) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(part.getBytes(StandardCharsets.UTF_8));
  }
}
