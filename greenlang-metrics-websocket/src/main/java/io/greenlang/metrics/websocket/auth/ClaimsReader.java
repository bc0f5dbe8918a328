package io.greenlang.metrics.websocket.auth;

import com.nimbusds.jwt.JWTClaimsSet;
import io.greenlang.metrics.subscription.NamePattern;
import io.greenlang.metrics.subscription.TagFilter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads what a token may see. A claim that cannot be understood refuses the token. */
final class ClaimsReader {

  private ClaimsReader() {}

  static Principal principal(JWTClaimsSet claims) throws AuthenticationException {
    try {
      return new Principal(
          claims.getSubject(),
          claims.getExpirationTime().toInstant(),
          channels(claims.getClaim("channels")),
          tags(claims.getClaim("tags")));
    } catch (IllegalArgumentException e) {
      throw new AuthenticationException("the claim channels or tags is not of the right form");
    }
  }

  private static List<NamePattern> channels(@Nullable Object claim) {
    if (claim == null) {
      return List.of(NamePattern.ALL);
    }
    List<NamePattern> patterns = new ArrayList<>();
    for (String text : texts(claim)) {
      patterns.add(NamePattern.of(text));
    }
    return patterns;
  }

  private static TagFilter tags(@Nullable Object claim) {
    if (claim == null) {
      return TagFilter.ALL;
    }
    if (!(claim instanceof Map<?, ?> map)) {
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
