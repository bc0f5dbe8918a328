package io.greenlang.metrics.otlp;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.internal.channel.HubStreams;
import io.greenlang.metrics.internal.feed.StreamStats;
import io.greenlang.metrics.internal.http.RequestBytes;
import io.greenlang.metrics.internal.http.RequestException;
import io.greenlang.metrics.internal.protobuf.WireReader;
import io.greenlang.metrics.internal.temporality.SeriesStates;
import io.greenlang.metrics.internal.util.ThrottledLog;
import io.greenlang.metrics.subscription.NamePattern;
import io.greenlang.metrics.websocket.auth.Principal;
import io.greenlang.metrics.websocket.http.HttpCall;
import io.greenlang.metrics.websocket.http.HttpEndpoint;
import io.greenlang.metrics.websocket.http.HttpReply;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * An HTTP endpoint that receives metrics over OTLP/HTTP, the protocol of OpenTelemetry, and
 * publishes them into a hub. Any program can send them: the SDKs of OpenTelemetry, its Collector,
 * Micrometer's OTLP registry.
 *
 * <pre>{@code
 * MetricsWebSocketServer.builder(hub).jwtSecret(secret).endpoint(OtlpReceiver.of(hub)).build();
 * }</pre>
 *
 * <p>The sender needs a token whose claim {@code publish} names a channel. The parameter {@code
 * channel} of the query selects one. Without it, the channel is {@code application.metrics} or, if
 * the token does not permit that, the only channel that the token names.
 *
 * <p>Memory: delta sums and cumulative histograms have a state for each series, in total at most 32
 * MiB and an eighth of the heap, and recent points of delta histograms take at most a quarter of
 * that. The tags of recent points take at most 16 MiB and a sixteenth of the heap. Thread-safe.
 */
public final class OtlpReceiver implements HttpEndpoint {

  private static final long SWEEP_NANOS = Duration.ofSeconds(10).toNanos();
  private static final int FORBIDDEN = 403;
  private static final int UNSUPPORTED_TYPE = 415;

  private final MetricsHub hub;
  private final String path;
  private final Channel channel;
  private final ExportReader.TagSelection tagSelection;
  private final int maxBodyBytes;
  private final int maxInflatedBytes;
  private final RequestBytes requestBytes;
  private final SeriesStates<SeriesId> states;
  private final TagsCache tags = new TagsCache(TagsCache.defaultMaxBytes());
  private final PointConverter converter;
  private final ThrottledLog log;
  private final AtomicLong sweptNanos;
  private final LongAdder requests = new LongAdder();
  private final LongAdder rejectedRequests = new LongAdder();
  private final LongAdder points = new LongAdder();
  private final LongAdder rejectedPoints = new LongAdder();

  private OtlpReceiver(Builder builder) {
    MetricsClock clock = builder.hub.clock();
    this.hub = builder.hub;
    this.path = builder.path;
    this.channel = builder.channel;
    this.tagSelection =
        new ExportReader.TagSelection(builder.resourceAttributes, builder.scopeName);
    this.maxBodyBytes = builder.maxBodyBytes;
    this.maxInflatedBytes = builder.maxInflatedBytes;
    this.requestBytes = new RequestBytes(maxInflatedBytes);
    this.states =
        new SeriesStates<>(
            SeriesId::characters, SeriesStates.defaultMaxBytes(), builder.idleTime.toNanos());
    this.converter = new PointConverter(states, clock.wallTimeMillis());
    this.log = new ThrottledLog(LoggerFactory.getLogger(OtlpReceiver.class), clock);
    this.sweptNanos = new AtomicLong(clock.monotonicNanos());
  }

  /** Returns a receiver with the default settings. */
  public static OtlpReceiver of(MetricsHub hub) {
    return builder(hub).build();
  }

  /**
   * Returns a builder of a receiver.
   *
   * @param hub the hub to publish into; the application closes it
   */
  public static Builder builder(MetricsHub hub) {
    return new Builder(hub);
  }

  @Override
  public String path() {
    return path;
  }

  @Override
  public Set<String> methods() {
    return Set.of("POST");
  }

  @Override
  public int maxBodyBytes() {
    return maxBodyBytes;
  }

  /** Returns the server's answer as the message {@code Status} that the protocol demands. */
  @Override
  public HttpReply rejection(HttpCall head, HttpReply rejection) {
    OtlpReply encoding = OtlpReply.of(head.mediaType());
    return encoding == null ? rejection : encoding.rejected(rejection);
  }

  @Override
  public HttpReply handle(HttpCall call) {
    requests.increment();
    OtlpReply encoding = OtlpReply.of(call.mediaType());
    if (encoding == null) {
      rejectedRequests.increment();
      return HttpReply.text(
          UNSUPPORTED_TYPE, "The content type must be application/x-protobuf or application/json");
    }
    try {
      Channel target = channel(call);
      return requestBytes.with(
          call.body(),
          call.headerValues("Content-Encoding"),
          length -> isJson(encoding) ? JsonRequest.memory(length, maxInflatedBytes) : 0,
          bytes -> export(encoding, bytes, target, call.principal()));
    } catch (RequestException e) {
      rejectedRequests.increment();
      HttpReply reply = encoding.rejected(e);
      return e.status() == UNSUPPORTED_TYPE ? reply.withHeader("Accept-Encoding", "gzip") : reply;
    }
  }

  private static boolean isJson(OtlpReply encoding) {
    return encoding == OtlpReply.JSON;
  }

  /** Returns the channel that a call publishes to. */
  private Channel channel(HttpCall call) throws RequestException {
    Principal principal = call.principal();
    List<String> wanted = call.query().getOrDefault("channel", List.of());
    if (principal == null || principal.publish().isEmpty()) {
      throw new RequestException(FORBIDDEN, "The token has no claim publish");
    }
    Channel selected = wanted.isEmpty() ? null : named(wanted);
    if (selected == null) {
      selected = principal.canPublish(channel) ? channel : onlyChannel(principal);
    }
    if (selected == null || !principal.canPublish(selected)) {
      throw new RequestException(
          FORBIDDEN,
          "The token's claim publish does not include "
              + (selected == null ? channel : selected)
              + "; name a channel with ?channel=");
    }
    return selected;
  }

  private static Channel named(List<String> wanted) throws RequestException {
    try {
      if (wanted.size() == 1) {
        return new Channel(wanted.get(0));
      }
    } catch (IllegalArgumentException e) {
      throw RequestException.malformed(String.valueOf(e.getMessage()));
    }
    throw RequestException.malformed("The query must name one channel");
  }

  /** Returns the only channel that a token names; null if it names several, or a pattern. */
  private static @Nullable Channel onlyChannel(Principal principal) {
    List<NamePattern> patterns = principal.publish();
    if (patterns.size() != 1 || !patterns.get(0).isExact()) {
      return null;
    }
    try {
      return new Channel(patterns.get(0).toString());
    } catch (IllegalArgumentException e) {
      return null; // a pattern can be longer than a channel's name
    }
  }

  private HttpReply export(
      OtlpReply encoding, byte[] bytes, Channel target, @Nullable Principal principal)
      throws RequestException {
    MetricsClock clock = hub.clock();
    PointConverter.Now now = new PointConverter.Now(clock.wallTimeMillis(), clock.monotonicNanos());
    discardIdle(now);
    byte[] message = isJson(encoding) ? JsonRequest.toProtobuf(bytes, maxInflatedBytes) : bytes;
    ExportRequest request = new ExportRequest(hub, converter, now);
    // Not the hub's own statistics, which take the lock of each channel.
    StreamStats hubStats = HubStreams.of(hub).stats();
    long droppedBefore = hubStats.dropped();
    try {
      publish(new ExportReader(target, tagSelection, tags, request), message, request);
    } finally {
      points.add(request.accepted());
      rejectedPoints.add(request.rejected());
    }
    String problem = request.problem(hubStats.dropped() - droppedBefore);
    if (!problem.isEmpty()) {
      log.warn("From {}: {}", principal == null ? "" : principal.subject(), problem);
    }
    return encoding.accepted(request.rejected(), problem);
  }

  /** Publishes the points of a request; if it is malformed, those before the fault. */
  private static void publish(ExportReader reader, byte[] message, ExportRequest request)
      throws RequestException {
    try {
      reader.read(new WireReader(message));
    } finally {
      request.publish();
    }
  }

  private void discardIdle(PointConverter.Now now) {
    long nowNanos = now.monotonicNanos();
    long last = sweptNanos.get();
    if (nowNanos - last > SWEEP_NANOS && sweptNanos.compareAndSet(last, nowNanos)) {
      states.discardIdle(nowNanos, now.wallMillis());
    }
  }

  /** Returns a snapshot of the counters. */
  public OtlpStats stats() {
    return new OtlpStats(
        requests.sum(),
        rejectedRequests.sum(),
        points.sum(),
        rejectedPoints.sum(),
        states.size(),
        states.bytes());
  }

  /** A builder of {@link OtlpReceiver}s. All settings are optional. Not thread-safe. */
  public static final class Builder {

    private static final int MAX_INFLATED_BYTES = 64 << 20;

    private final MetricsHub hub;
    private String path = "/v1/metrics";
    private Channel channel = new Channel("application.metrics");
    private Set<String> resourceAttributes = Set.of("service.name", "service.instance.id");
    private boolean scopeName;
    private int maxBodyBytes = 4 << 20;
    private int maxInflatedBytes = 16 << 20;
    private Duration idleTime = Duration.ofMinutes(15);

    private Builder(MetricsHub hub) {
      this.hub = hub;
    }

    /** Sets the path. Default: {@code /v1/metrics}, which all senders use. */
    public Builder path(String path) {
      this.path = path;
      return this;
    }

    /**
     * Sets the channel of requests that name none. Default: {@code application.metrics}.
     *
     * @throws IllegalArgumentException if no channel can have the name
     */
    public Builder channel(String channel) {
      this.channel = new Channel(channel);
      return this;
    }

    /**
     * Sets the attributes of the sending program that become tags of each of its metrics. An
     * attribute of a data point replaces one of the program. Default: {@code service.name} and
     * {@code service.instance.id}.
     */
    public Builder resourceAttributes(String... resourceAttributes) {
      this.resourceAttributes = Set.of(resourceAttributes);
      return this;
    }

    /**
     * Specifies whether the name of the instrumentation scope becomes the tag {@code
     * otel.scope.name}. The default is false: if several scopes of a request have instruments with
     * the same name and attributes, the points of the first one are accepted only.
     */
    public Builder scopeName(boolean scopeName) {
      this.scopeName = scopeName;
      return this;
    }

    /**
     * Limits the length of a request as it is sent. Default: 4 MiB; at most {@link
     * HttpEndpoint#MAX_BODY_BYTES}.
     */
    public Builder maxBodyBytes(int maxBodyBytes) {
      this.maxBodyBytes = maxBodyBytes;
      return this;
    }

    /** Limits the length of a request after decompression. Default: 16 MiB; at most 64 MiB. */
    public Builder maxInflatedBytes(int maxInflatedBytes) {
      this.maxInflatedBytes = maxInflatedBytes;
      return this;
    }

    /**
     * Sets the time after which the state of a delta sum or of a histogram without points is
     * discarded. A sum then begins again at 0, and the next point of a cumulative histogram is not
     * published. Neither is the first one of each new histogram of that program, as long as it
     * runs. Default: 15 minutes.
     */
    public Builder idleTime(Duration idleTime) {
      this.idleTime = idleTime;
      return this;
    }

    /**
     * Builds the receiver.
     *
     * @throws IllegalArgumentException if a limit is out of range
     */
    public OtlpReceiver build() {
      requireInRange("maxBodyBytes", maxBodyBytes, MAX_BODY_BYTES);
      requireInRange("maxInflatedBytes", maxInflatedBytes, MAX_INFLATED_BYTES);
      if (idleTime.isNegative() || idleTime.isZero() || idleTime.toDays() > 1) {
        throw new IllegalArgumentException(
            "idleTime must be at most one day and positive, but is " + idleTime);
      }
      return new OtlpReceiver(this);
    }

    private static void requireInRange(String name, int value, int max) {
      if (value < 1 || value > max) {
        throw new IllegalArgumentException(
            name + " must be from 1 to " + max + ", but is " + value);
      }
    }
  }
}
