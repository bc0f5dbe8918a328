package io.greenlang.metrics.testkit.transport.stream;

import static io.greenlang.metrics.testkit.client.HttpCalls.send;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.greenlang.metrics.Channel;
import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.testkit.client.HttpCalls;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.transport.fixture.ContractPart;
import io.greenlang.metrics.testkit.transport.fixture.ContractTokens;
import io.greenlang.metrics.testkit.transport.fixture.TransportFixture;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.HexFormat;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/** Publishing over HTTP: formats, answers, the claim {@code publish}, limits. */
public interface PublishingContract extends ContractPart {

  /** The maximum length of a publication, which the documentation states. */
  int MAX_BYTES = 256 << 10;

  /** The maximum number of metrics of a publication, which the documentation states. */
  int MAX_METRICS = 5_000;

  /** A token that permits to publish on the channels of one prefix. */
  String PUBLISHER = ContractTokens.withClaims(",\"publish\":[\"orders.*\"]");

  private void serveWithPublishing() {
    fixture().serve(builder -> builder.jwtSecret(ContractTokens.SECRET).httpPublishing(true));
  }

  private HttpRequest.Builder request(String token, String path, String type, byte[] body) {
    return HttpCalls.request(fixture().server().url(), path)
        .header("Authorization", "Bearer " + token)
        .header("Content-Type", type)
        .POST(BodyPublishers.ofByteArray(body));
  }

  private HttpResponse<String> publish(String token, String channel, String json) {
    return send(request(token, "/publish/" + channel, "application/json", json.getBytes(UTF_8)));
  }

  private RawWebSocket subscriber() {
    RawWebSocket client = fixture().connectRaw(fixture().url("token=" + ContractTokens.valid()));
    client.ask(TransportFixture.subscribe(""), "subscribed");
    return client;
  }

  private static Predicate<JsonNode> named(String name) {
    return metric -> metric.path("name").asText().equals(name);
  }

  private static byte[] gzip(byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  @Test
  default void publish_metricListAndSnapshot_areDelivered() {
    serveWithPublishing();
    RawWebSocket client = subscriber();
    String channel = TransportFixture.CHANNEL;
    HttpResponse<String> one =
        publish(PUBLISHER, channel, "{\"name\":\"a\",\"value\":1,\"tags\":{\"k\":\"v\"}}");
    assertThat(one.statusCode()).as(one.body()).isEqualTo(200);
    assertThat(one.body()).isEqualTo("{\"accepted\":1,\"rejected\":0}");
    JsonNode metric = client.nextMetric(named("a"));
    assertThat(metric.path("value").asDouble()).isEqualTo(1);
    assertThat(metric.path("tags").path("k").asText()).isEqualTo("v");
    assertThat(
            publish(
                    PUBLISHER,
                    channel,
                    "[{\"name\":\"b\",\"type\":\"counter\",\"value\":2},{\"c\":{\"d\":3}}]")
                .body())
        .isEqualTo("{\"accepted\":2,\"rejected\":0}");
    assertThat(client.nextMetric(named("b")).path("type").asText()).isEqualTo("counter");
    assertThat(client.nextMetric(named("c.d")).path("value").asDouble()).isEqualTo(3);
  }

  @Test
  default void publish_messagePackAndGzip_areDelivered() {
    serveWithPublishing();
    RawWebSocket client = subscriber();
    String path = "/publish/" + TransportFixture.CHANNEL;
    byte[] load2 = HexFormat.of().parseHex("82a46e616d65a46c6f6164a576616c756502");
    assertThat(send(request(PUBLISHER, path, "application/msgpack", load2)).statusCode())
        .isEqualTo(200);
    assertThat(client.nextMetric(named("load")).path("value").asDouble()).isEqualTo(2);
    byte[] zipped = gzip("{\"zipped\":5}".getBytes(UTF_8));
    HttpRequest.Builder compressed =
        request(PUBLISHER, path, "application/json; charset=utf-8", zipped)
            .header("Content-Encoding", "gzip");
    assertThat(send(compressed).statusCode()).isEqualTo(200);
    assertThat(client.nextMetric(named("zipped")).path("value").asDouble()).isEqualTo(5);
  }

  @Test
  default void publish_someInvalid_acceptsOthersAndNamesEach() {
    serveWithPublishing();
    RawWebSocket client = subscriber();
    HttpResponse<String> response =
        publish(
            PUBLISHER,
            TransportFixture.CHANNEL,
            "[{\"name\":\"good\",\"value\":1},{\"name\":\"x\",\"value\":1,\"type\":\"rank\"},7]");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type").orElse(""))
        .startsWith("application/json");
    assertThat(response.body())
        .isEqualTo(
            "{\"accepted\":1,\"rejected\":2,\"rejections\":["
                + "{\"index\":1,\"reason\":\"no aggregator knows the type rank\"},"
                + "{\"index\":2,\"reason\":\"a metric is not a map\"}]}");
    assertThat(client.nextMetric(named("good")).path("value").asDouble()).isEqualTo(1);
    assertThat(publish(PUBLISHER, TransportFixture.CHANNEL, "[7]").statusCode()).isEqualTo(422);
  }

  /** The longest answer: each metric of the largest publication is rejected. */
  @Test
  default void publish_maximumInvalid_namesEach() throws IOException {
    serveWithPublishing();
    HttpResponse<String> response =
        publish(PUBLISHER, TransportFixture.CHANNEL, "[" + "7,".repeat(MAX_METRICS - 1) + "7]");
    assertThat(response.statusCode()).isEqualTo(422);
    JsonNode answer = new ObjectMapper().readTree(response.body());
    assertThat(answer.path("rejected").asInt()).isEqualTo(MAX_METRICS);
    assertThat(answer.path("rejections").findValues("index"))
        .extracting(JsonNode::asInt)
        .isEqualTo(IntStream.range(0, MAX_METRICS).boxed().toList());
  }

  @Test
  default void publish_withoutClaimOrForOtherChannel_isRejectedWith403AndReason() {
    serveWithPublishing();
    HttpResponse<String> none = publish(ContractTokens.valid(), "orders.metrics", "{\"a\":1}");
    assertThat(none.statusCode()).isEqualTo(403);
    assertThat(none.body()).startsWith("{\"error\":\"The token has no claim publish");
    HttpResponse<String> other = publish(PUBLISHER, "system.metrics", "{\"a\":1}");
    assertThat(other.statusCode()).isEqualTo(403);
    assertThat(other.body())
        .isEqualTo("{\"error\":\"The token's claim publish does not include system.metrics\"}");
    assertThat(publish(PUBLISHER, "orders.eu", "{\"a\":1}").statusCode()).isEqualTo(200);
    assertThat(fixture().hub().channels()).contains(new Channel("orders.eu"));
  }

  @Test
  default void publish_noOrInvalidToken_isRejectedWith401() {
    serveWithPublishing();
    String path = "/publish/" + TransportFixture.CHANNEL;
    HttpRequest.Builder anonymous =
        HttpCalls.request(fixture().server().url(), path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString("{\"a\":1}"));
    assertThat(send(anonymous).statusCode()).isEqualTo(401);
    String forged = ContractTokens.unsigned("none");
    assertThat(publish(forged, TransportFixture.CHANNEL, "{\"a\":1}").statusCode()).isEqualTo(401);
  }

  @Test
  default void publish_malformedRequests_haveDocumentedStatus() {
    serveWithPublishing();
    String path = "/publish/" + TransportFixture.CHANNEL;
    byte[] valid = "{\"a\":1}".getBytes(UTF_8);
    HttpResponse<String> type = send(request(PUBLISHER, path, "text/plain", valid));
    assertThat(type.statusCode()).isEqualTo(415);
    assertThat(type.body()).contains("\"error\"", "application/json");
    assertThat(publish(PUBLISHER, TransportFixture.CHANNEL, "{\"a\":").statusCode()).isEqualTo(400);
    assertThat(publish(PUBLISHER, "", "{\"a\":1}").statusCode()).isEqualTo(404);
    assertThat(publish(PUBLISHER, "orders.metrics/x", "{\"a\":1}").statusCode()).isEqualTo(400);
    assertThat(publish(PUBLISHER, "orders%2Emetrics", "{\"a\":1}").statusCode()).isIn(400, 404);
    assertThat(send(request(PUBLISHER, path, "application/json", new byte[MAX_BYTES + 1])))
        .returns(413, HttpResponse::statusCode);
    byte[] bomb = gzip(new byte[10 << 20]);
    assertThat(
            send(request(PUBLISHER, path, "application/json", bomb)
                    .header("Content-Encoding", "gzip"))
                .statusCode())
        .isEqualTo(413);
    HttpResponse<String> method =
        send(
            HttpCalls.request(fixture().server().url(), path)
                .header("Authorization", "Bearer " + PUBLISHER));
    assertThat(method.statusCode()).isEqualTo(405);
    assertThat(method.headers().firstValue("Allow")).contains("POST");
  }

  @Test
  default void publish_subjectOverLimit_isRejectedWith429AndRetryAfter() {
    ManualClock clock = new ManualClock(Instant.now()); // the publications take no time
    fixture().useHub(MetricsHub.builder().clock(clock).build());
    fixture()
        .serve(
            builder ->
                builder
                    .jwtSecret(ContractTokens.SECRET)
                    .httpPublishing(true)
                    .maxMessagesPerMinute(3));
    for (int i = 0; i < 3; i++) {
      assertThat(publish(PUBLISHER, "orders.metrics", "{\"a\":1}").statusCode()).isEqualTo(200);
    }
    HttpResponse<String> limited = publish(PUBLISHER, "orders.metrics", "{\"a\":1}");
    assertThat(limited.statusCode()).isEqualTo(429);
    assertThat(limited.headers().firstValue("Retry-After")).contains("20");
    String other =
        ContractTokens.signed(
            "{\"sub\":\"other\",\"publish\":[\"*\"],\"exp\":" + ContractTokens.hourFromNow() + "}");
    assertThat(publish(other, "orders.metrics", "{\"a\":1}").statusCode()).isEqualTo(200);
    assertThat(fixture().server().stats().messagesDropped()).isEqualTo(1);
  }

  @Test
  default void publish_notEnabled_isUnknownPath() {
    fixture().serveWithTokens();
    assertThat(publish(PUBLISHER, "orders.metrics", "{\"a\":1}").statusCode()).isIn(404, 405, 413);
  }
}
