package io.greenlang.metrics.websocket.internal.publish;

import io.greenlang.metrics.frame.Encoding;
import io.greenlang.metrics.ingest.ReadPublication;
import io.greenlang.metrics.internal.http.RequestException;
import io.greenlang.metrics.websocket.http.HttpReply;
import io.greenlang.metrics.websocket.internal.protocol.MessageCodec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The answers to publications: JSON, whatever the format of the request. Immutable. */
final class PublishReply {

  private static final int OK = 200;
  private static final int UNPROCESSABLE = 422;
  private static final int UNSUPPORTED_TYPE = 415;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int UNAVAILABLE = 503;
  private static final int MINUTE_SECONDS = 60;

  /** The time until a subject may send another request. */
  private final int retryAfterSeconds;

  /**
   * Creates the answers of an endpoint.
   *
   * @param requestsPerMinute the limit on the requests of a subject; 0 for no limit
   */
  PublishReply(int requestsPerMinute) {
    this.retryAfterSeconds =
        requestsPerMinute == 0 ? 1 : (MINUTE_SECONDS + requestsPerMinute - 1) / requestsPerMinute;
  }

  /**
   * Returns the answer to a publication that was read: how many of its metrics were published, and
   * why each of the others was not.
   */
  HttpReply published(ReadPublication publication) {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("accepted", publication.metrics().size());
    answer.put("rejected", publication.rejections().size());
    if (!publication.rejections().isEmpty()) {
      answer.put("rejections", rejections(publication));
    }
    return json(publication.metrics().isEmpty() ? UNPROCESSABLE : OK, answer);
  }

  private static List<Map<String, Object>> rejections(ReadPublication publication) {
    List<Map<String, Object>> rejections = new ArrayList<>();
    for (ReadPublication.Rejection rejection : publication.rejections()) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("index", rejection.index());
      entry.put("reason", rejection.reason());
      rejections.add(entry);
    }
    return rejections;
  }

  /** Returns the answer to a request of which nothing was published. */
  HttpReply rejected(RequestException rejection) {
    HttpReply reply = json(rejection.status(), Map.of("error", rejection.reason()));
    return switch (rejection.status()) {
      case TOO_MANY_REQUESTS -> reply.withHeader("Retry-After", String.valueOf(retryAfterSeconds));
      case UNAVAILABLE -> reply.withHeader("Retry-After", "1");
      case UNSUPPORTED_TYPE -> reply.withHeader("Accept-Encoding", "gzip");
      default -> reply;
    };
  }

  private static HttpReply json(int status, Map<String, Object> answer) {
    return HttpReply.of(status, "application/json", MessageCodec.of(Encoding.JSON).encode(answer));
  }
}
