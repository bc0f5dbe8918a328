package io.greenlang.metrics.otlp;

import static io.greenlang.metrics.otlp.Exports.gauge;
import static io.greenlang.metrics.otlp.Exports.number;
import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.ChannelLimits;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.testkit.CapturedLog;
import io.greenlang.metrics.websocket.http.HttpReply;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsPartialSuccess;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceResponse;
import java.io.IOException;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** The answers and the counts of requests whose points are valid, but whose hub refuses them. */
final class OtlpPublicationTest {

  private static HttpReply export(OtlpReceiver receiver, ExportMetricsServiceRequest request) {
    return receiver.handle(
        OtlpReceiverTest.call("application/x-protobuf", null, request.toByteArray(), "*"));
  }

  private static ExportMetricsPartialSuccess partialSuccess(HttpReply reply) throws IOException {
    return ExportMetricsServiceResponse.parseFrom(reply.body()).getPartialSuccess();
  }

  @Test
  void export_moreSeriesThanTheHubAllows_warnsTheSenderAndTheLog() throws IOException {
    Instant now = Instant.now();
    ExportMetricsServiceRequest request =
        Exports.request(
            gauge("a", number(now, now, 1)),
            gauge("b", number(now, now, 1)),
            gauge("c", number(now, now, 1)));
    try (MetricsHub hub = MetricsHub.builder().limits(new ChannelLimits(1 << 20, 2)).build();
        CapturedLog log = new CapturedLog()) {
      OtlpReceiver receiver = OtlpReceiver.of(hub);
      HttpReply reply = export(receiver, request);
      assertThat(reply.status()).isEqualTo(200);
      ExportMetricsPartialSuccess partial = partialSuccess(reply);
      assertThat(partial.getRejectedDataPoints()).as("the points are valid").isZero();
      assertThat(partial.getErrorMessage()).contains("the hub dropped 1 samples");
      assertThat(log.text()).contains("From shop: the hub dropped 1 samples");
      HttpReply known = export(receiver, Exports.request(gauge("a", number(now, now, 2))));
      assertThat(known.body()).as("an answer without a warning is empty").isEmpty();
    }
  }

  @Test
  void stats_failedPublication_countsNoPoints() {
    Instant now = Instant.now();
    MetricsHub hub = MetricsHub.create();
    OtlpReceiver receiver = OtlpReceiver.of(hub);
    hub.close();
    ExportMetricsServiceRequest request =
        Exports.request(gauge("a", number(now, now, 1), number(now, now, Double.NaN)));
    assertThat(export(receiver, request).status()).isEqualTo(503);
    assertThat(receiver.stats().points()).isZero();
    assertThat(receiver.stats().rejectedPoints()).isEqualTo(1);
    assertThat(receiver.stats().rejectedRequests()).isEqualTo(1);
  }

  @Test
  void json_reservation_isThatOfTheConversion() {
    assertThat(JsonRequest.memory(1_000, 1 << 20)).isEqualTo(4 * 5_000);
    assertThat(JsonRequest.memory(1 << 20, 1 << 20)).isEqualTo(4 << 20);
  }
}
