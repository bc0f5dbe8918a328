package io.greenlang.metrics.prometheus;

import io.greenlang.metrics.prometheus.internal.exposition.ObservedCounts;
import io.greenlang.metrics.prometheus.internal.exposition.ServerSnapshots;
import io.greenlang.metrics.subscription.NamePattern;
import io.greenlang.metrics.subscription.TagFilter;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import io.greenlang.metrics.websocket.auth.Principal;
import io.greenlang.metrics.websocket.http.HttpCall;
import io.greenlang.metrics.websocket.http.HttpEndpoint;
import io.greenlang.metrics.websocket.http.HttpReply;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint that serves the server's own counts to Prometheus at {@code /metrics}: clients,
 * frames, bytes, rejections, the samples delivered, merged and dropped, and the broker. It answers
 * in OpenMetrics 1.0 if the request accepts that, and otherwise in text 0.0.4. It needs {@code
 * greenlang-metrics-websocket}.
 *
 * <pre>{@code
 * PrometheusEndpoint endpoint = PrometheusEndpoint.authenticated();
 * MetricsWebSocketServer server =
 *     MetricsWebSocketServer.builder(hub).jwtSecret(secret).endpoint(endpoint).build();
 * endpoint.observe(server);
 * }</pre>
 *
 * <p>It does not serve the metrics that the application publishes. An answer has a few kilobytes
 * and costs less than a millisecond. Thread-safe.
 */
public final class PrometheusEndpoint implements HttpEndpoint {

  /** The path of the endpoint. */
  public static final String PATH = "/metrics";

  private final boolean isAuthenticated;
  private final ExpositionFormatWriter text = PrometheusTextFormatWriter.create();
  private final ExpositionFormatWriter openMetrics = OpenMetricsTextFormatWriter.create();
  private final AtomicReference<@Nullable MetricsWebSocketServer> server = new AtomicReference<>();
  private final ObservedCounts counts = new ObservedCounts();

  private PrometheusEndpoint(boolean isAuthenticated) {
    this.isAuthenticated = isAuthenticated;
  }

  /**
   * Returns an endpoint for clients with a token of the server. Their token must grant all channels
   * and tags, because the counts cover all of them; others receive status 403.
   */
  public static PrometheusEndpoint authenticated() {
    return new PrometheusEndpoint(true);
  }

  /** Returns an endpoint for everyone who can reach the server's port. */
  public static PrometheusEndpoint open() {
    return new PrometheusEndpoint(false);
  }

  /**
   * Sets the server whose counts are served. Until then, the endpoint answers with status 503.
   *
   * @return this endpoint
   */
  public PrometheusEndpoint observe(MetricsWebSocketServer server) {
    this.server.set(Objects.requireNonNull(server, "server"));
    return this;
  }

  /**
   * Serves a count beside those of the server, for instance of a receiver: {@code
   * endpoint.observeCounter("greenlang_otlp_points", "Data points accepted", () ->
   * receiver.stats().points())}.
   *
   * @param name the name, without {@code _total}
   * @param help a sentence that describes the count
   * @param total returns the count, which is not negative and only grows; called for each answer,
   *     on any thread. If it throws or the count is negative, the answer lacks it, and the log says
   *     so at most once per minute
   * @return this endpoint
   * @throws IllegalArgumentException if the name is invalid, reserved, or used already
   */
  public PrometheusEndpoint observeCounter(String name, String help, LongSupplier total) {
    counts.addCounter(name, help, total);
    return this;
  }

  /**
   * Serves a value that can decrease, as {@link #observeCounter} serves a count.
   *
   * @param name the name
   * @param help a sentence that describes the value
   * @param value returns the value; called for each answer, on any thread. If it throws, the answer
   *     lacks it
   * @return this endpoint
   * @throws IllegalArgumentException if the name is invalid, reserved, or used already
   */
  public PrometheusEndpoint observeGauge(String name, String help, DoubleSupplier value) {
    counts.addGauge(name, help, value);
    return this;
  }

  /** Returns {@value #PATH}. */
  @Override
  public String path() {
    return PATH;
  }

  /** Returns {@code GET}. */
  @Override
  public Set<String> methods() {
    return Set.of("GET");
  }

  /** Returns whether the endpoint was created with {@link #authenticated}. */
  @Override
  public boolean requiresToken() {
    return isAuthenticated;
  }

  /** Answers with the counts of this moment. */
  @Override
  public HttpReply handle(HttpCall call) throws IOException {
    MetricsWebSocketServer observed = server.get();
    if (isAuthenticated && !seesEverything(call.principal())) {
      return HttpReply.text(403, "The token must grant all channels and tags.");
    }
    if (observed == null) {
      return HttpReply.text(503, "The application has not set the server yet.");
    }
    String accept = String.join(",", call.headerValues("Accept"));
    ExpositionFormatWriter writer = openMetrics.accepts(accept) ? openMetrics : text;
    ByteArrayOutputStream body = new ByteArrayOutputStream(8_192);
    writer.write(body, ServerSnapshots.of(observed.stats(), counts));
    return HttpReply.of(200, writer.getContentType(), body.toByteArray())
        .withHeader("Vary", "Accept");
  }

  private static boolean seesEverything(@Nullable Principal principal) {
    return principal != null
        && principal.channels().contains(NamePattern.ALL)
        && principal.tags().equals(TagFilter.ALL);
  }
}
