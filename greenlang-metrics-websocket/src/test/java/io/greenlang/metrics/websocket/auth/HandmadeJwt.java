package io.greenlang.metrics.websocket.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Builds JWTs by hand, so that tests can make them invalid in any way. */
public final class HandmadeJwt {

  /** 64 bytes: long enough for every algorithm. */
  public static final String SECRET = "0123456789abcdef".repeat(4);

  /** The header of a valid token. */
  public static final String HS256 = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";

  private HandmadeJwt() {}

  /** Returns a token with a valid header and a valid signature for any claims. */
  public static String claiming(String claims) {
    return signed(HS256, claims, "HmacSHA256", SECRET);
  }

  /** Returns a token with any header, signed with HS256. */
  public static String headed(String header, String claims) {
    return signed(header, claims, "HmacSHA256", SECRET);
  }

  static String signed(String header, String claims, String mac, String secret) {
    String content = encoded(header) + "." + encoded(claims);
    return content + "." + signature(content, mac, secret.getBytes(UTF_8));
  }

  static String signature(String content, String mac, byte[] secret) {
    try {
      Mac signer = Mac.getInstance(mac);
      signer.init(new SecretKeySpec(secret, mac));
      return encoded(signer.doFinal(content.getBytes(UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every JDK has " + mac, e);
    }
  }

  static String encoded(String text) {
    return encoded(text.getBytes(UTF_8));
  }

  static String encoded(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
