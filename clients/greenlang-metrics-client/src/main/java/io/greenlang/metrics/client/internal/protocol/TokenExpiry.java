package io.greenlang.metrics.client.internal.protocol;

import io.greenlang.metrics.codec.DocumentLimits;
import io.greenlang.metrics.codec.DocumentReader;
import io.greenlang.metrics.codec.MalformedDocumentException;
import java.time.Instant;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A reader of the expiry of a token. The client does not check the token's signature: only the
 * server can, and an untrue expiry would only move the time of the refresh.
 */
public final class TokenExpiry {

  /** The maximum length of a token that the server accepts, in bytes. */
  private static final int MAX_BYTES = 8 << 10;

  private static final DocumentReader CLAIMS =
      DocumentReader.json(new DocumentLimits(MAX_BYTES, 16, 64));

  private TokenExpiry() {}

  /**
   * Returns the time in the claim {@code exp}.
   *
   * @return null if the token is not a JWT, or has no such claim
   */
  public static @Nullable Instant of(String token) {
    String[] parts = token.split("\\.", 4);
    if (parts.length != 3 || token.length() > MAX_BYTES) {
      return null;
    }
    try {
      byte[] claims = Base64.getUrlDecoder().decode(parts[1]);
      return FieldReader.epochSeconds(CLAIMS.readMap(claims), "exp");
    } catch (IllegalArgumentException | MalformedDocumentException e) {
      return null; // an authenticator of the application can accept tokens of any form
    }
  }
}
