package io.greenlang.metrics.websocket.internal.publish;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.ingest.MalformedPublicationException;
import io.greenlang.metrics.ingest.PublicationFormat;
import io.greenlang.metrics.ingest.PublicationReader;
import io.greenlang.metrics.ingest.ReadPublication;
import io.greenlang.metrics.internal.http.RequestBytes;
import io.greenlang.metrics.internal.http.RequestException;
import io.greenlang.metrics.internal.util.ThrottledLog;
import io.greenlang.metrics.websocket.auth.Principal;
import io.greenlang.metrics.websocket.http.HttpCall;
import io.greenlang.metrics.websocket.http.HttpEndpoint;
import io.greenlang.metrics.websocket.http.HttpReply;
import io.greenlang.metrics.websocket.internal.delivery.ServerCounters;
import io.greenlang.metrics.websocket.internal.ratelimit.MessageRateLimiters;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.slf4j.LoggerFactory;

/**
 * The HTTP endpoint that publishes the metrics of programs that do not use this library: {@code
 * POST /publish/<channel>}. The token's claim {@code publish} must include the channel. The
 * requests of a subject share a rate limit, and each is read within the limits of {@link
 * PublicationReader}. Thread-safe.
 */
public final class PublishEndpoint implements HttpEndpoint {

  /** The path, which the name of a channel follows. */
  public static final String PATH = "/publish";

  private static final int BAD_REQUEST = 400;
  private static final int FORBIDDEN = 403;
  private static final int NOT_FOUND = 404;
  private static final int UNSUPPORTED_TYPE = 415;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int UNAVAILABLE = 503;

  private static final Map<String, PublicationFormat> FORMATS =
      Map.of(
          "application/json", PublicationFormat.JSON,
          "application/msgpack", PublicationFormat.MESSAGE_PACK,
          "application/x-msgpack", PublicationFormat.MESSAGE_PACK,
          "application/vnd.msgpack", PublicationFormat.MESSAGE_PACK);

  private final MetricsHub hub;
  private final ServerCounters counters;
  private final MessageRateLimiters limiters;
  private final PublishReply replies;
  private final ThrottledLog log;
  private final RequestBytes requestBytes = new RequestBytes(PublicationReader.MAX_BYTES);

  /**
   * Creates an endpoint.
   *
   * @param hub the hub to publish into
   * @param requestsPerMinute the limit on the requests of a subject; 0 for no limit
   * @param counters counts the requests as messages
   */
  public PublishEndpoint(MetricsHub hub, int requestsPerMinute, ServerCounters counters) {
    this.hub = hub;
    this.counters = counters;
    this.limiters = new MessageRateLimiters(requestsPerMinute, hub.clock());
    this.replies = new PublishReply(requestsPerMinute);
    this.log = new ThrottledLog(LoggerFactory.getLogger(PublishEndpoint.class), hub.clock());
  }

  @Override
  public String path() {
    return PATH;
  }

  @Override
  public boolean servesSubpaths() {
    return true;
  }

  @Override
  public Set<String> methods() {
    return Set.of("POST");
  }

  @Override
  public int maxBodyBytes() {
    return PublicationReader.MAX_BYTES;
  }

  @Override
  public HttpReply handle(HttpCall call) {
    counters.countMessage();
    try {
      Channel channel = permittedChannel(call);
      PublicationFormat format = format(call.mediaType());
      return requestBytes.with(
          call.body(),
          call.headerValues("Content-Encoding"),
          bytes -> publish(channel, format, bytes));
    } catch (RequestException e) {
      return replies.rejected(e);
    }
  }

  /**
   * Returns the channel of a request.
   *
   * @throws RequestException if the client may not publish to it, or sends too many requests
   */
  private Channel permittedChannel(HttpCall call) throws RequestException {
    Principal principal = call.principal();
    if (principal == null || principal.publish().isEmpty()) {
      throw new RequestException(
          FORBIDDEN, "The token has no claim publish, which lists the channels to publish to");
    }
    requireRate(principal.subject());
    Channel channel = channel(call.subpath());
    if (!principal.canPublish(channel)) {
      throw new RequestException(
          FORBIDDEN, "The token's claim publish does not include " + channel);
    }
    return channel;
  }

  private void requireRate(String subject) throws RequestException {
    if (!limiters.tryAcquire("subject " + subject)) {
      counters.countDroppedMessage();
      throw new RequestException(
          TOO_MANY_REQUESTS, "The subject of the token sends too many requests per minute");
    }
  }

  private static Channel channel(String name) throws RequestException {
    if (name.isEmpty()) {
      throw new RequestException(NOT_FOUND, "Name a channel: POST " + PATH + "/<channel>");
    }
    try {
      return new Channel(name);
    } catch (IllegalArgumentException e) {
      throw RequestException.malformed(String.valueOf(e.getMessage()));
    }
  }

  private static PublicationFormat format(String mediaType) throws RequestException {
    PublicationFormat format = FORMATS.get(mediaType);
    if (format == null) {
      throw new RequestException(
          UNSUPPORTED_TYPE, "The content type must be application/json or application/msgpack");
    }
    return format;
  }

  private HttpReply publish(Channel channel, PublicationFormat format, byte[] bytes)
      throws RequestException {
    Instant now = Instant.ofEpochMilli(hub.clock().wallTimeMillis());
    ReadPublication publication;
    try {
      publication = PublicationReader.read(format, channel, bytes, now, hub::supports);
    } catch (MalformedPublicationException e) {
      throw RequestException.malformed("The publication is malformed: " + e.reason());
    }
    publish(publication);
    if (!publication.rejections().isEmpty()) {
      log.warn(
          "{} metrics for {} over HTTP were rejected; the first: {}",
          publication.rejections().size(),
          channel,
          publication.rejections().get(0).reason());
    }
    return replies.published(publication);
  }

  private void publish(ReadPublication publication) throws RequestException {
    try {
      hub.publish(publication.metrics());
    } catch (IllegalStateException e) {
      throw new RequestException(UNAVAILABLE, "The server is stopping");
    } catch (IllegalArgumentException e) { // the hub has its maximum number of channels
      throw new RequestException(BAD_REQUEST, String.valueOf(e.getMessage()));
    }
  }
}
