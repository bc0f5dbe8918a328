package io.greenlang.metrics.websocket.http;

import io.greenlang.metrics.websocket.auth.Principal;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A request to an {@link HttpEndpoint}. All of it is untrusted except the principal.
 *
 * @param method one of the endpoint's methods; {@code GET} for a {@code HEAD} request
 * @param query the values of each query parameter, decoded, in the order of the request
 * @param headers the values of each header; names are not case-sensitive
 * @param address the numeric address of the client or of the last proxy; null if unknown
 * @param principal the client that the token identifies; null if the endpoint requires no token
 * @param body the body, which is empty if there is none. It belongs to the receiver of the call
 * @param subpath the path after that of the endpoint and a slash, as it was sent; empty if the path
 *     is that of the endpoint
 */
@SuppressWarnings("ArrayRecordComponent") // calls are never compared, and a body can be megabytes
public record HttpCall(
    String method,
    Map<String, List<String>> query,
    Map<String, List<String>> headers,
    @Nullable String address,
    @Nullable Principal principal,
    byte[] body,
    String subpath) {

  private static final byte[] EMPTY = new byte[0];

  /** Makes the names of headers case-insensitive. */
  public HttpCall {
    query = Map.copyOf(query);
    Map<String, List<String>> sorted = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    sorted.putAll(headers);
    headers = Collections.unmodifiableMap(sorted);
  }

  /**
   * Returns a request without a body whose client is not identified yet.
   *
   * @param query the query, not decoded; null if there is none
   * @throws IllegalArgumentException if the query cannot be decoded
   */
  public static HttpCall of(
      String method,
      @Nullable String query,
      Map<String, List<String>> headers,
      @Nullable String address) {
    return new HttpCall(method, parameters(query), headers, address, null, EMPTY, "");
  }

  /** Returns the first value of a header, or null if the request does not have it. */
  public @Nullable String header(String name) {
    List<String> values = headerValues(name);
    return values.isEmpty() ? null : values.get(0);
  }

  /** Returns all values of a header, in the order of the request. */
  public List<String> headerValues(String name) {
    return headers.getOrDefault(name, List.of());
  }

  /**
   * Returns the media type of the body in lower case, without parameters; empty if it is absent.
   */
  public String mediaType() {
    String type = header("Content-Type");
    return type == null ? "" : type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
  }

  /** Returns this request with the client that its token identifies. */
  public HttpCall withPrincipal(Principal newPrincipal) {
    return new HttpCall(
        method,
        query,
        headers,
        address,
        Objects.requireNonNull(newPrincipal, "principal"),
        body,
        subpath);
  }

  /** Returns this request with a body, which is not copied. */
  public HttpCall withBody(byte[] newBody) {
    return new HttpCall(method, query, headers, address, principal, newBody, subpath);
  }

  /** Returns this request with the path after that of its endpoint. */
  public HttpCall withSubpath(String newSubpath) {
    return new HttpCall(method, query, headers, address, principal, body, newSubpath);
  }

  private static Map<String, List<String>> parameters(@Nullable String query) {
    Map<String, List<String>> parameters = new LinkedHashMap<>();
    if (query != null && !query.isEmpty()) {
      for (String parameter : query.split("&", -1)) {
        int equals = parameter.indexOf('=');
        String name = equals < 0 ? parameter : parameter.substring(0, equals);
        String value = equals < 0 ? "" : parameter.substring(equals + 1);
        parameters.computeIfAbsent(decode(name), key -> new ArrayList<>(1)).add(decode(value));
      }
    }
    return parameters;
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  /** Omits the headers and the query, which can contain a token. */
  @Override
  public String toString() {
    return "HttpCall[" + method + ", " + body.length + " bytes]";
  }
}
