package io.greenlang.metrics.otlp;

import static io.greenlang.metrics.otlp.Exports.gauge;
import static io.greenlang.metrics.otlp.Exports.number;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.greenlang.metrics.Channel;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.subscription.NamePattern;
import io.greenlang.metrics.subscription.TagFilter;
import io.greenlang.metrics.websocket.auth.Principal;
import io.greenlang.metrics.websocket.http.HttpCall;
import io.greenlang.metrics.websocket.http.HttpReply;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The answers of the receiver: statuses, partial success, and the bounds of a request. */
final class OtlpReceiverTest {

  private static final String PROTOBUF = "application/x-protobuf";
  private static final String JSON = "application/json";

  private final MetricsHub hub = MetricsHub.create();
  private final OtlpReceiver receiver = OtlpReceiver.builder(hub).maxInflatedBytes(100_000).build();

  @AfterEach
  void close() {
    hub.close();
  }

  static HttpCall call(
      String contentType, @Nullable String encoding, byte[] body, String... publish) {
    Map<String, List<String>> headers = new HashMap<>();
    headers.put("content-type", List.of(contentType));
    if (encoding != null) {
      headers.put("content-encoding", List.of(encoding));
    }
    List<NamePattern> patterns = Stream.of(publish).map(NamePattern::parse).toList();
    Principal principal =
        new Principal("shop", null, List.of(NamePattern.ALL), TagFilter.ALL, patterns);
    return HttpCall.of("POST", null, headers, null).withPrincipal(principal).withBody(body);
  }

  private HttpReply export(ExportMetricsServiceRequest request) {
    return receiver.handle(call(PROTOBUF, null, request.toByteArray(), "*"));
  }

  private static ExportMetricsServiceRequest validAndInvalid() {
    Instant now = Instant.now();
    return Exports.request(
        gauge("a", number(now, now, 1), number(now, now, Double.NaN)),
        gauge("\n[forged", number(now, now, 1)));
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }

  private static String text(HttpReply reply) {
    return new String(reply.body(), UTF_8);
  }

  @Test
  void export_everyKind_isAcceptedInBothEncodings() throws InvalidProtocolBufferException {
    ExportMetricsServiceRequest request = Exports.everyKind(Instant.now());
    HttpReply protobuf = export(request);
    assertThat(protobuf.status()).isEqualTo(200);
    assertThat(protobuf.headers().get("Content-Type")).isEqualTo(PROTOBUF);
    assertThat(ExportMetricsServiceResponse.parseFrom(protobuf.body()).getPartialSuccess())
        .as("the point with a map")
        .returns(1L, partial -> partial.getRejectedDataPoints());
    OtlpStats stats = receiver.stats();
    assertThat(stats.points()).isEqualTo(8);
    byte[] json = JsonFormat.printer().printingEnumsAsInts().print(request).getBytes(UTF_8);
    HttpReply answer = receiver.handle(call(JSON, null, json, "*"));
    assertThat(answer.status()).as(text(answer)).isEqualTo(200);
    assertThat(answer.headers().get("Content-Type")).isEqualTo(JSON);
    // The delta points of both requests have the same time, so the second ones are repetitions.
    assertThat(receiver.stats().points()).isEqualTo(8 + 4);
    assertThat(hub.channels()).contains(new Channel("application.metrics"));
  }

  @Test
  void json_ofPublishedExample_isAccepted() {
    String json =
        """
        {"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"my.counter","unit":"1",
        "sum":{"aggregationTemporality":2,"isMonotonic":true,"dataPoints":[{"asDouble":5,
        "timeUnixNano":"%d","startTimeUnixNano":"1544712660300000000","unknown":{"a":[1]},
        "exemplars":[{"traceId":"5B8EFFF798038103D269B633813FC60C","asInt":"7"}],
        "attributes":[{"key":"k","value":{"stringValue":"v"}}]}]}}]}],"resource":
        {"attributes":[{"key":"service.name","value":{"stringValue":"late"}}]}}],"other":null}
        """
            .formatted(Exports.nanos(Instant.now()));
    HttpReply reply =
        receiver.handle(call(JSON + "; charset=utf-8", null, json.getBytes(UTF_8), "*"));
    assertThat(reply.status()).isEqualTo(200);
    assertThat(text(reply)).isEqualTo("{}");
    assertThat(receiver.stats().points()).isEqualTo(1);
  }

  @Test
  void export_someInvalid_answersPartialSuccessWithReason() throws IOException {
    HttpReply protobuf = export(validAndInvalid());
    ExportMetricsServiceResponse response = ExportMetricsServiceResponse.parseFrom(protobuf.body());
    assertThat(protobuf.status()).isEqualTo(200);
    assertThat(response.getPartialSuccess().getRejectedDataPoints()).isEqualTo(2);
    assertThat(response.getPartialSuccess().getErrorMessage())
        .contains("2 data points", "\"a\"", "finite");
    byte[] json =
        ("{\"resourceMetrics\":[{\"scopeMetrics\":[{\"metrics\":[{\"name\":\"\\nx\","
                + "\"gauge\":{\"dataPoints\":[{\"asInt\":\"1\"}]}}]}]}]}")
            .getBytes(UTF_8);
    HttpReply answer = receiver.handle(call(JSON, null, json, "*"));
    JsonNode partialSuccess = new ObjectMapper().readTree(answer.body()).path("partialSuccess");
    assertThat(partialSuccess.path("rejectedDataPoints").asText()).isEqualTo("1");
    assertThat(partialSuccess.path("errorMessage").asText())
        .contains("a point of \"?x\" is invalid")
        .doesNotContain("\n");
  }

  @Test
  void export_empty_isAcceptedWithEmptyAnswer() {
    HttpReply reply = receiver.handle(call(PROTOBUF, null, new byte[0], "*"));
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.body()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "text/plain, 415",
    "'', 415",
    "application/x-protobufx, 415",
    "application/grpc, 415",
    "APPLICATION/X-Protobuf, 200",
    "'application/json;charset=utf-8', 400",
  })
  void export_contentType_hasStatus(String contentType, int status) {
    assertThat(receiver.handle(call(contentType, null, new byte[0], "*")).status())
        .isEqualTo(status);
  }

  @Test
  void export_unknownContentEncoding_isRejectedWith415() {
    HttpReply reply = receiver.handle(call(PROTOBUF, "br", new byte[0], "*"));
    assertThat(reply.status()).isEqualTo(415);
    assertThat(reply.headers().get("Accept-Encoding")).isEqualTo("gzip");
    assertThat(receiver.handle(call(PROTOBUF, "gzip, gzip", new byte[0], "*")).status())
        .isEqualTo(415);
  }

  @Test
  void export_gzip_isAccepted() throws IOException {
    byte[] body = gzip(Exports.everyKind(Instant.now()).toByteArray());
    assertThat(receiver.handle(call(PROTOBUF, "GZIP", body, "*")).status()).isEqualTo(200);
    assertThat(receiver.stats().points()).isEqualTo(8);
  }

  @Test
  void export_gzipBomb_isRejectedWith413() throws IOException {
    byte[] bomb = gzip(new byte[10 << 20]);
    assertThat(bomb.length).isLessThan(20_000);
    for (int i = 0; i < 50; i++) {
      assertThat(receiver.handle(call(PROTOBUF, "gzip", bomb, "*")).status()).isEqualTo(413);
    }
    assertThat(receiver.handle(call(JSON, "gzip", gzip(bomb), "*")).status()).isEqualTo(400);
  }

  @Test
  void export_truncatedGzip_isRejectedWith400() throws IOException {
    byte[] body = gzip(Exports.everyKind(Instant.now()).toByteArray());
    for (int length = 0; length < body.length; length++) {
      byte[] part = Arrays.copyOf(body, length);
      assertThat(receiver.handle(call(PROTOBUF, "gzip", part, "*")).status())
          .as("%d bytes", length)
          .isEqualTo(400);
    }
  }

  /** Small JSON can become a large message: a count of one digit takes nine bytes. */
  @Test
  void export_jsonThatGrows_isRejectedWith413() {
    String json =
        "{\"resourceMetrics\":[{\"scopeMetrics\":[{\"metrics\":[{\"histogram\":{\"dataPoints\":"
            + "[{\"bucketCounts\":["
            + "0,".repeat(40_000)
            + "0]}]}}]}]}]}";
    assertThat(receiver.handle(call(JSON, null, json.getBytes(UTF_8), "*")).status())
        .isEqualTo(413);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "null",
        "{",
        "{} {}",
        "{\"resourceMetrics\":1}",
        "{\"resourceMetrics\":[[]]}",
        "{\"resourceMetrics\":[null]}",
        "{\"resourceMetrics\":[{\"scopeMetrics\":[{\"metrics\":[{\"name\":1}]}]}]}",
        "{\"resourceMetrics\":[{\"scopeMetrics\":[{\"metrics\":[{\"sum\":"
            + "{\"aggregationTemporality\":\"1e2147483647\"}}]}]}]}",
        "{\"resourceMetrics\":[{\"scopeMetrics\":[{\"metrics\":[{\"sum\":"
            + "{\"aggregationTemporality\":1.5}}]}]}]}",
        "{\"resourceMetrics\":[{\"scopeMetrics\":[{\"metrics\":[{\"exponentialHistogram\":"
            + "{\"dataPoints\":[{\"scale\":4294967296}]}}]}]}]}",
      })
  void export_malformedJson_isRejectedWith400AndStatusMessage(String json) {
    HttpReply reply = receiver.handle(call(JSON, null, json.getBytes(UTF_8), "*"));
    assertThat(reply.status()).isEqualTo(400);
    assertThat(text(reply)).startsWith("{\"code\":3,\"message\":\"");
    assertThat(receiver.stats().rejectedRequests()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"AGGREGATION_TEMPORALITY_DELTA\" | is \"AGGREGATION_TEMPORALITY_DELTA\", but must be 1",
        "\"\\n[forged\" | is \"?[forged\", but must be 1 (delta) or 2 (cumulative)",
        "true | is \"true\", but must be 1 (delta) or 2 (cumulative)",
        "{} | is an object, but must be 1 (delta) or 2 (cumulative)",
      })
  void export_temporalityIsNoNumber_namesFieldValueAndRule(String value, String message)
      throws IOException {
    String json =
        "{\"resourceMetrics\":[{\"scopeMetrics\":[{\"metrics\":[{\"sum\":"
            + "{\"aggregationTemporality\":"
            + value
            + "}}]}]}]}";
    HttpReply reply = receiver.handle(call(JSON, null, json.getBytes(UTF_8), "*"));
    assertThat(reply.status()).isEqualTo(400);
    assertThat(new ObjectMapper().readTree(reply.body()).path("message").asText())
        .startsWith("The field \"aggregationTemporality\" " + message);
  }

  @Test
  void export_brokenJson_namesThePlace() {
    HttpReply reply = receiver.handle(call(JSON, null, "{\n  x}".getBytes(UTF_8), "*"));
    assertThat(text(reply)).contains("malformed at line 2, column 3");
  }

  @Test
  void export_pointWithoutTime_isPublished() {
    String json =
        "{\"resourceMetrics\":[{\"scopeMetrics\":[{\"metrics\":[{\"name\":\"orders\","
            + "\"gauge\":{\"dataPoints\":[{\"asInt\":17}]}}]}]}]}";
    HttpReply reply = receiver.handle(call(JSON, null, json.getBytes(UTF_8), "*"));
    assertThat(text(reply)).isEqualTo("{}");
    assertThat(hub.stats().metrics()).isEqualTo(1);
  }

  @Test
  void export_deeplyNested_isRejectedWith400() {
    String json = "{\"x\":" + "[".repeat(50_000) + "]".repeat(50_000) + "}";
    assertThat(receiver.handle(call(JSON, null, json.getBytes(UTF_8), "*")).status())
        .isEqualTo(400);
  }

  @ParameterizedTest
  @CsvSource({
    "'',                    '',              403, ''",
    "*,                     '',              200, application.metrics",
    "application.*,         '',              200, application.metrics",
    "orders.metrics,        '',              200, orders.metrics",
    "orders.*,              '',              403, ''",
    "orders.*,              orders.eu,       200, orders.eu",
    "orders.*,              application.metrics, 403, ''",
    "'orders.a orders.b',   '',              403, ''",
    "'orders.a orders.b',   orders.b,        200, orders.b",
    "*,                     'not a channel', 400, ''",
  })
  void export_publishClaim_decidesOnChannel(
      String publish, String channel, int status, String expected) {
    Instant now = Instant.now();
    byte[] body = Exports.request(gauge("a", number(now, now, 1))).toByteArray();
    String[] patterns = publish.isEmpty() ? new String[0] : publish.split(" ");
    HttpCall call = call(PROTOBUF, null, body, patterns);
    HttpCall selecting =
        new HttpCall(
            "POST",
            channel.isEmpty() ? Map.of() : Map.of("channel", List.of(channel)),
            call.headers(),
            null,
            call.principal(),
            body,
            "");
    assertThat(receiver.handle(selecting).status()).isEqualTo(status);
    assertThat(
            hub.channels().stream()
                .map(Channel::name)
                .filter(name -> name.startsWith("orders") || name.startsWith("application")))
        .isEqualTo(expected.isEmpty() ? List.of() : List.of(expected));
  }

  @Test
  void export_anonymousClient_isRejectedWith403() {
    HttpCall call = call(PROTOBUF, null, new byte[0]).withPrincipal(Principal.ANONYMOUS);
    assertThat(receiver.handle(call).status()).isEqualTo(403);
  }

  @Test
  void export_closedHub_isRejectedWith503AndRetryAfter() {
    hub.close();
    Instant now = Instant.now();
    HttpReply reply = export(Exports.request(gauge("a", number(now, now, 1))));
    assertThat(reply.status()).isEqualTo(503);
    assertThat(reply.headers().get("Retry-After")).isEqualTo("1");
  }

  @Test
  void build_limitOutOfRange_isRejected() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OtlpReceiver.builder(hub).maxInflatedBytes(0).build())
        .withMessageContaining("maxInflatedBytes");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OtlpReceiver.builder(hub).maxBodyBytes(17 << 20).build())
        .withMessageContaining("maxBodyBytes");
  }
}
