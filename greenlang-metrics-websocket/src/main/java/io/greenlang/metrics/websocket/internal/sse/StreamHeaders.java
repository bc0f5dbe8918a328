package io.greenlang.metrics.websocket.internal.sse;

import io.greenlang.metrics.websocket.http.HttpReply;
import java.util.LinkedHashMap;
import java.util.Map;

/** The headers of the responses to requests for a stream. */
public final class StreamHeaders {

  private StreamHeaders() {}

  /** Returns the headers of a stream. Proxies must neither store nor collect it. */
  static Map<String, String> of(StreamRequest request) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Content-Type", "text/event-stream");
    headers.put("Cache-Control", "no-store");
    headers.put("X-Accel-Buffering", "no");
    headers.put("X-Content-Type-Options", "nosniff");
    headers.putAll(request.headers());
    return headers;
  }

  /** Returns a reply with the further headers of the request. */
  static HttpReply addTo(HttpReply reply, StreamRequest request) {
    return addTo(reply, request.headers());
  }

  /** Returns a reply with further headers, and with those of every response. */
  public static HttpReply addTo(HttpReply reply, Map<String, String> headers) {
    HttpReply changed =
        reply
            .withHeader("Cache-Control", "no-store")
            .withHeader("X-Content-Type-Options", "nosniff");
    for (Map.Entry<String, String> header : headers.entrySet()) {
      changed = changed.withHeader(header.getKey(), header.getValue());
    }
    return changed;
  }

  /**
   * Returns the headers with which a page of another origin may read a response.
   *
   * @param origin the origin, which is allowed
   */
  public static Map<String, String> forOrigin(String origin) {
    return Map.of(
        "Access-Control-Allow-Origin", origin,
        "Access-Control-Expose-Headers", "Retry-After",
        "Vary", "Origin");
  }

  /** Returns the response to a preflight request of an allowed origin (Fetch Standard, 3.2). */
  public static HttpReply preflight() {
    return new HttpReply(204, Map.of(), new byte[0])
        .withHeader("Access-Control-Allow-Methods", "GET")
        .withHeader("Access-Control-Allow-Headers", "Authorization, Cache-Control, Last-Event-ID")
        .withHeader("Access-Control-Max-Age", "600");
  }
}
