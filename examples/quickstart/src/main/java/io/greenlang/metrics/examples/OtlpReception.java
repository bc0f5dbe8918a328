package io.greenlang.metrics.examples;

import io.greenlang.metrics.subscription.NamePattern;
import io.greenlang.metrics.websocket.auth.JwtIssuer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** The reception of other programs' metrics over OTLP, which {@code OTLP=on} switches on. */
final class OtlpReception {

  /** The channel of the received metrics; it exists from the start, so that clients see it. */
  static final String CHANNEL = "application.metrics";

  private static final List<NamePattern> CHANNELS = List.of(NamePattern.parse("application.*"));

  private OtlpReception() {}

  /**
   * Returns whether metrics are received.
   *
   * @param setting the value of the variable {@code OTLP}; blank for off
   * @throws IllegalArgumentException if it is neither on nor off
   */
  static boolean isOn(String setting) {
    return switch (setting.strip().toLowerCase(Locale.ROOT)) {
      case "on" -> true;
      case "", "off" -> false;
      default ->
          throw new IllegalArgumentException("OTLP=" + setting.strip() + " must be on or off");
    };
  }

  /**
   * Returns the lines to print: a new token, in the environment variables of a sender. A shell can
   * run them.
   *
   * <p>The variables concern metrics only. So a sender does not send its traces and logs here, and
   * it does not send the token to the servers of those.
   *
   * @param serverUrl the URL of the server, with a slash at its end
   */
  static List<String> instructions(String serverUrl, JwtIssuer issuer) {
    String token = issuer.issueForPublishing("otlp", Duration.ofDays(1), CHANNELS);
    return List.of(
        "OTLP: any program that exports with OpenTelemetry can send its metrics. Start it with:",
        "export OTEL_EXPORTER_OTLP_METRICS_ENDPOINT=" + serverUrl + "v1/metrics",
        "export OTEL_EXPORTER_OTLP_METRICS_HEADERS=Authorization=Bearer%20" + token,
        "export OTEL_EXPORTER_OTLP_METRICS_PROTOCOL=http/protobuf",
        "export OTEL_METRIC_EXPORT_INTERVAL=1000");
  }
}
