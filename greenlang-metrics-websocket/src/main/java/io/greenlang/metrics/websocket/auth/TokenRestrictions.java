package io.greenlang.metrics.websocket.auth;

import io.greenlang.metrics.subscription.NamePattern;
import io.greenlang.metrics.subscription.TagFilter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The restrictions that a token has in its claims {@code channels}, {@code tags} and {@code
 * publish}. {@link JwtAuthenticator} applies them; an {@link Authenticator} that validates tokens
 * in another way can do the same. {@link Principal} holds them for a client, and its methods decide
 * on each channel.
 *
 * @param channels the channels that the client can see; all without the claim
 * @param tags the tags that a metric must have to be visible; any without the claim
 * @param publish the channels to which the client can publish; none without the claim
 */
public record TokenRestrictions(
    List<NamePattern> channels, TagFilter tags, List<NamePattern> publish) {

  /** Copies the lists of patterns. */
  public TokenRestrictions {
    channels = List.copyOf(channels);
    publish = List.copyOf(publish);
  }

  /**
   * Returns the restrictions in the claims of a token that has been verified.
   *
   * @param claims all claims by name, with JSON arrays as lists and JSON objects as maps
   * @throws AuthenticationException if one of the three claims is malformed
   */
  public static TokenRestrictions of(Map<String, ? extends @Nullable Object> claims)
      throws AuthenticationException {
    try {
      return new TokenRestrictions(
          patterns(claims, "channels", List.of(NamePattern.ALL)),
          tags(claims),
          patterns(claims, "publish", List.of()));
    } catch (IllegalArgumentException e) {
      throw new AuthenticationException("the claim channels, tags or publish is malformed");
    }
  }

  /** Returns the channels of other patterns that these restrictions allow. */
  public List<NamePattern> restrict(List<NamePattern> visible) {
    return visible.stream()
        .flatMap(each -> channels.stream().map(each::intersect))
        .filter(Objects::nonNull)
        .distinct()
        .toList();
  }

  /**
   * Reads the patterns of a claim. An explicit null was meant to restrict something, so it is not
   * the same as a missing claim.
   */
  private static List<NamePattern> patterns(
      Map<String, ? extends @Nullable Object> claims, String name, List<NamePattern> absent) {
    if (!claims.containsKey(name)) {
      return absent;
    }
    return strings(claims.get(name)).stream().map(NamePattern::parse).toList();
  }

  private static TagFilter tags(Map<String, ? extends @Nullable Object> claims) {
    if (!claims.containsKey("tags")) {
      return TagFilter.ALL;
    }
    if (!(claims.get("tags") instanceof Map<?, ?> map)) {
      throw new IllegalArgumentException("tags is not an object");
    }
    Map<String, List<String>> allowed = new LinkedHashMap<>();
    map.forEach(
        (key, value) ->
            allowed.put(
                String.valueOf(key),
                value instanceof String single ? List.of(single) : strings(value)));
    return TagFilter.of(allowed);
  }

  private static List<String> strings(@Nullable Object claim) {
    if (!(claim instanceof List<?> list)) {
      throw new IllegalArgumentException("not a list");
    }
    List<String> strings = new ArrayList<>();
    for (Object element : list) {
      if (!(element instanceof String text)) {
        throw new IllegalArgumentException("not a string");
      }
      strings.add(text);
    }
    return strings;
  }
}
