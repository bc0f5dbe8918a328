package io.greenlang.metrics.websocket.auth;

import com.nimbusds.jwt.JWTClaimsSet;
import io.greenlang.metrics.subscription.NamePattern;
import io.greenlang.metrics.subscription.TagFilter;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads what a token may see. A claim that cannot be understood refuses the token. */
final class ClaimsReader {

  private ClaimsReader() {}

  static Principal principal(JWTClaimsSet claims) throws AuthenticationException {
    String subject = claims.getSubject();
    Date expiry = claims.getExpirationTime();
    if (subject == null || subject.isBlank() || expiry == null) {
      throw new AuthenticationException("the claim sub or exp says nothing");
    }
    try {
      return new Principal(subject, expiry.toInstant(), channels(claims), tags(claims));
    } catch (IllegalArgumentException e) {
      throw new AuthenticationException("the claim channels or tags is not of the right form");
    }
  }

  /** A claim that is there and null was meant to narrow something: it is not the same as none. */
  private static List<NamePattern> channels(JWTClaimsSet claims) {
    if (!claims.getClaims().containsKey("channels")) {
      return List.of(NamePattern.ALL);
    }
    List<NamePattern> patterns = new ArrayList<>();
    for (String text : texts(claims.getClaim("channels"))) {
      patterns.add(NamePattern.of(text));
    }
    return patterns;
  }

  private static TagFilter tags(JWTClaimsSet claims) {
    if (!claims.getClaims().containsKey("tags")) {
      return TagFilter.ALL;
    }
    if (!(claims.getClaim("tags") instanceof Map<?, ?> map)) {
      throw new IllegalArgumentException("tags is no object");
    }
    Map<String, List<String>> allowed = new LinkedHashMap<>();
    map.forEach(
        (key, value) ->
            allowed.put(
                String.valueOf(key), value instanceof String one ? List.of(one) : texts(value)));
    return TagFilter.of(allowed);
  }

  private static List<String> texts(@Nullable Object claim) {
    if (!(claim instanceof List<?> list)) {
      throw new IllegalArgumentException("no list");
    }
    List<String> texts = new ArrayList<>();
    for (Object each : list) {
      if (!(each instanceof String text)) {
        throw new IllegalArgumentException("no text");
      }
      texts.add(text);
    }
    return texts;
  }
}
