package io.greenlang.metrics.websocket.http;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The answer of an {@link HttpEndpoint}. Immutable, except for the content of the body.
 *
 * @param status the HTTP status, 200 to 599
 * @param headers the headers, one value each. The server sets those that frame the message
 * @param body the body, which is not copied
 */
@SuppressWarnings("ArrayRecordComponent") // replies are never compared
public record HttpReply(int status, Map<String, String> headers, byte[] body) {

  private static final int MIN_STATUS = 200;
  private static final int MAX_STATUS = 599;
  private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
  private static final Pattern VALUE = Pattern.compile("[\\t -~\\x80-\\xff]*");

  /** The statuses of responses that have no body (RFC 9110). */
  private static final Set<Integer> WITHOUT_BODY = Set.of(204, 205, 304);

  /** The headers that the server sets, in lower case. */
  private static final Set<String> FRAMING =
      Set.of("connection", "content-length", "transfer-encoding");

  /**
   * Copies the headers.
   *
   * @throws IllegalArgumentException if the status is out of range, a header is malformed or one
   *     that the server sets, or the status permits no body
   */
  public HttpReply {
    if (status < MIN_STATUS || status > MAX_STATUS) {
      throw new IllegalArgumentException("status must be 200 to 599, but was " + status);
    }
    if (body.length > 0 && WITHOUT_BODY.contains(status)) {
      throw new IllegalArgumentException("status " + status + " permits no body");
    }
    headers.forEach(HttpReply::requireValid);
    Map<String, String> sorted = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    sorted.putAll(headers);
    headers = Collections.unmodifiableMap(sorted);
  }

  /** Returns an answer with a body of the given media type. */
  public static HttpReply of(int status, String contentType, byte[] body) {
    return new HttpReply(status, Map.of("Content-Type", contentType), body);
  }

  /** Returns an answer with one line of text. */
  public static HttpReply text(int status, String text) {
    byte[] body = (text + "\n").getBytes(StandardCharsets.UTF_8);
    return of(status, "text/plain; charset=utf-8", body);
  }

  /**
   * Returns this answer with one more header, or another value of it.
   *
   * @throws IllegalArgumentException if the header is malformed or one that the server sets
   */
  public HttpReply withHeader(String name, String value) {
    Map<String, String> changed = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    changed.putAll(headers);
    changed.put(name, value);
    return new HttpReply(status, changed, body);
  }

  private static void requireValid(String name, String value) {
    if (!NAME.matcher(name).matches() || !VALUE.matcher(value).matches()) {
      throw new IllegalArgumentException("the header \"" + name + "\" or its value is malformed");
    }
    if (FRAMING.contains(name.toLowerCase(Locale.ROOT))) {
      throw new IllegalArgumentException("the server sets the header " + name + " itself");
    }
  }
}
