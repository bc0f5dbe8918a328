package io.greenlang.metrics.netty.internal.http;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The target of a request (RFC 9112, section 3.2).
 *
 * @param path the path as it was sent: an encoded or decorated spelling is a different path
 * @param query the query, not decoded; null if there is none
 * @param authority the host and port of an absolute target; null in other forms
 */
public record RequestTarget(String path, @Nullable String query, @Nullable String authority) {

  /** A host and an optional port, as in {@code Host} (RFC 9110, section 7.2). */
  private static final Pattern AUTHORITY =
      Pattern.compile("(\\[[0-9A-Za-z:.%_~-]+]|[0-9A-Za-z._~!$&'()*+,;=%-]+)(:[0-9]{0,5})?");

  private static final Pattern ABSOLUTE =
      Pattern.compile("(?:http|ws)s?://([^/?]*)(.*)", Pattern.CASE_INSENSITIVE);

  /** Printable ASCII without a fragment. */
  private static final Pattern PRINTABLE = Pattern.compile("[!-~&&[^#]]+");

  /** Returns whether a text is a host with an optional port. */
  static boolean isAuthority(String text) {
    return AUTHORITY.matcher(text).matches();
  }

  /**
   * Parses a target.
   *
   * @throws BadRequestException if it is malformed
   */
  static RequestTarget parse(String text) throws BadRequestException {
    if (!PRINTABLE.matcher(text).matches()) {
      throw new BadRequestException("The request target is malformed");
    }
    if (text.startsWith("/") || text.equals("*")) {
      return of(text, null);
    }
    Matcher absolute = ABSOLUTE.matcher(text);
    if (!absolute.matches() || !isAuthority(absolute.group(1))) {
      throw new BadRequestException("The request target must be a path or a URL");
    }
    String rest = absolute.group(2);
    return of(rest.startsWith("/") ? rest : "/" + rest, absolute.group(1));
  }

  private static RequestTarget of(String pathAndQuery, @Nullable String authority) {
    int mark = pathAndQuery.indexOf('?');
    return mark < 0
        ? new RequestTarget(pathAndQuery, null, authority)
        : new RequestTarget(
            pathAndQuery.substring(0, mark), pathAndQuery.substring(mark + 1), authority);
  }
}
