package io.greenlang.metrics.prometheus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.prometheus.internal.protobuf.ProtobufBody;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests to a real HTTP server that answers well, badly, slowly or without end. */
@Timeout(240)
class PrometheusSourceTest {

  private final TestTarget target;

  PrometheusSourceTest() throws IOException {
    target = new TestTarget();
  }

  @AfterEach
  void stop() {
    target.close();
  }

  private PrometheusSourceBuilder builder() {
    return PrometheusSource.builder(target.uri()).timeout(Duration.ofMinutes(1));
  }

  private static byte[] gzip(byte[] body) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream compressed = new GZIPOutputStream(bytes)) {
      compressed.write(body);
    }
    return bytes.toByteArray();
  }

  @Test
  void collect_textAndOpenMetrics_readsBoth() throws Exception {
    PrometheusSource source = builder().channel(new Channel("db.metrics")).build();
    target.answer(TestTarget.TEXT, "up 1\n");
    Metric sample = source.collect().iterator().next();
    assertThat(sample.channel()).isEqualTo(new Channel("db.metrics"));
    assertThat(sample.tags().get("instance")).isEqualTo(target.uri().getAuthority());
    assertThat(sample.tags().get("host")).isNull();
    target.answer(TestTarget.OPENMETRICS, "# TYPE a counter\na_total 1\n# EOF\n");
    assertThat(source.collect()).hasSize(1);
    assertThat(target.request.getFirst("Accept"))
        .contains(
            "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;"
                + "encoding=delimited",
            "application/openmetrics-text;version=1.0.0",
            "text/plain;version=0.0.4");
    assertThat(source.stats()).isEqualTo(new PrometheusSourceStats(2, 2, 0, 0, 0));
  }

  @Test
  void collect_protobuf_isReadIfItIsDelimited() throws Exception {
    ProtobufBody body =
        new ProtobufBody()
            .family(
                "a", ProtobufBody.GAUGE, ProtobufBody.metric(1, ProtobufBody.number(7), "b", "c"));
    PrometheusSource source = builder().build();
    target.answer(TestTarget.PROTOBUF, body.toByteArray());
    assertThat(source.collect()).singleElement().matches(each -> each.value() == 7);
    target.answer(TestTarget.PROTOBUF.replace("delimited", "text"), body.toByteArray());
    assertThatThrownBy(source::collect)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("content type");
    target.answer(TestTarget.PROTOBUF, new byte[] {5, 1});
    assertThatThrownBy(source::collect)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("incomplete");
  }

  /** The answer takes 200 ms, and the target has written it when the histogram begins. */
  @Test
  void collect_histogramBeginsDuringAnAnswer_countsFromItsCreation() throws Exception {
    ManualClock clock = new ManualClock(Instant.ofEpochSecond(1_000));
    PrometheusSource source = builder().clock(clock).build();
    target.answer(
        exchange -> {
          clock.advance(Duration.ofMillis(200));
          TestTarget.begin(exchange, 200, TestTarget.OPENMETRICS).write("# EOF\n".getBytes(UTF_8));
        });
    assertThat(source.collect()).isEmpty();
    clock.advance(Duration.ofMillis(800));
    target.answer(
        TestTarget.OPENMETRICS,
        "# TYPE h histogram\nh_bucket{le=\"+Inf\"} 3\nh_created 1000.1\n# EOF\n");
    assertThat(source.collect()).singleElement().returns("h", Metric::name);
  }

  @Test
  void collect_gzip_isDecompressed() throws Exception {
    target.answer(TestTarget.TEXT, gzip("a 1\nb 2\n".getBytes(UTF_8)), "Content-Encoding", "gzip");
    assertThat(builder().build().collect()).hasSize(2);
    assertThat(target.request.getFirst("Accept-Encoding")).isEqualTo("gzip");
  }

  @Test
  void collect_gzipThatIsCutOff_fails() throws Exception {
    byte[] whole = gzip("a 1\nb 2\n".repeat(1_000).getBytes(UTF_8));
    byte[] part = Arrays.copyOf(whole, whole.length - 5);
    target.answer(TestTarget.TEXT, part, "Content-Encoding", "gzip");
    assertThatThrownBy(() -> builder().build().collect()).isInstanceOf(IOException.class);
  }

  @Test
  void collect_smallGzipOfALargeBody_failsAtTheLimit() throws Exception {
    byte[] bomb = gzip(new byte[50 << 20]);
    assertThat(bomb.length).isLessThan(1 << 20);
    target.answer(TestTarget.TEXT, bomb, "Content-Encoding", "gzip");
    assertThatThrownBy(() -> builder().maxBodyBytes(1 << 20).build().collect())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("more than 1048576 bytes");
  }

  @Test
  void collect_unknownEncoding_fails() {
    target.answer(TestTarget.TEXT, new byte[] {1}, "Content-Encoding", "br");
    assertThatThrownBy(() -> builder().build().collect())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("\"br\"");
  }

  @Test
  void collect_bodyWithoutEnd_failsAtTheLimitAndClosesTheConnection() throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    byte[] lines = "a 1\n".repeat(1_000).getBytes(UTF_8);
    target.answer(
        exchange -> {
          OutputStream body = TestTarget.begin(exchange, 200, TestTarget.TEXT);
          try {
            while (!Thread.currentThread().isInterrupted()) {
              body.write(lines);
            }
          } finally {
            closed.countDown();
          }
        });
    assertThatThrownBy(() -> builder().maxBodyBytes(100_000).build().collect())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("more than 100000 bytes");
    assertThat(closed.await(60, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void collect_errorWithABodyWithoutEnd_failsAtOnce() throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    byte[] text = "no".repeat(1_000).getBytes(UTF_8);
    target.answer(
        exchange -> {
          OutputStream body = TestTarget.begin(exchange, 503, TestTarget.TEXT);
          try {
            while (!Thread.currentThread().isInterrupted()) {
              body.write(text);
            }
          } finally {
            closed.countDown();
          }
        });
    assertThatThrownBy(() -> builder().timeout(Duration.ofMinutes(1)).build().collect())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("status 503");
    assertThat(closed.await(60, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void collect_slowBody_failsAfterTheTimeout() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    target.answer(
        exchange -> {
          OutputStream body = TestTarget.begin(exchange, 200, TestTarget.TEXT);
          body.write("a 1\n".getBytes(UTF_8));
          body.flush();
          awaitEnd(end);
        });
    PrometheusSource source = builder().timeout(Duration.ofMillis(200)).build();
    assertThatThrownBy(source::collect)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("within 200 ms");
    end.countDown();
    target.answer(TestTarget.TEXT, "a 1\n");
    assertThat(builder().build().collect()).hasSize(1);
  }

  private static void awaitEnd(CountDownLatch end) {
    try {
      assertThat(end.await(120, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void collect_interrupted_returnsAtOnce() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    target.answer(
        exchange -> {
          asked.countDown();
          awaitEnd(end);
        });
    PrometheusSource source = builder().timeout(Duration.ofMinutes(1)).build();
    FutureTask<Collection<Metric>> collection = new FutureTask<>(source::collect);
    Thread thread = new Thread(collection);
    thread.start();
    asked.await();
    thread.interrupt();
    assertThatThrownBy(collection::get).hasCauseInstanceOf(InterruptedException.class);
    end.countDown();
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 307, 308})
  void collect_redirect_isNotFollowed(int status) {
    target.answer(
        exchange -> {
          exchange.getResponseHeaders().set("Location", "http://127.0.0.1:1/secret");
          exchange.sendResponseHeaders(status, -1);
        });
    assertThatThrownBy(() -> builder().bearerToken("abc").build().collect())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("status " + status + "; redirects are not followed");
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/html", "application/json", "text/plain; version=1.0.0", "x\u0001y"})
  void collect_otherContentType_fails(String contentType) {
    target.answer(contentType, "a 1\n");
    assertThatThrownBy(() -> builder().build().collect()).isInstanceOf(IOException.class);
  }

  @Test
  void collect_noContentType_fails() {
    target.answer(
        exchange -> {
          exchange.sendResponseHeaders(200, 4);
          exchange.getResponseBody().write("a 1\n".getBytes(UTF_8));
        });
    assertThatThrownBy(() -> builder().build().collect())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("content type \"\"");
  }

  @Test
  void collect_credentials_areSent() throws Exception {
    target.answer(TestTarget.TEXT, "a 1\n");
    builder().bearerToken("s3cret").build().collect();
    assertThat(target.request.getFirst("Authorization")).isEqualTo("Bearer s3cret");
    builder().basicAuth("user", "pass").build().collect();
    assertThat(target.request.getFirst("Authorization")).isEqualTo("Basic dXNlcjpwYXNz");
  }

  @Test
  void errors_credentialsAndQuery_areNotShown() throws Exception {
    target.answer(exchange -> exchange.sendResponseHeaders(401, -1));
    PrometheusSource source =
        PrometheusSource.builder(URI.create(target.uri() + "?token=hidden1"))
            .bearerToken("hidden2")
            .build();
    assertThat(source.toString()).doesNotContain("hidden");
    assertThat(source.name()).doesNotContain("hidden");
    assertThatThrownBy(source::collect)
        .hasMessageContaining("status 401")
        .message()
        .doesNotContain("hidden");
    assertThatThrownBy(() -> builder().bearerToken("hidden\r\nX: y"))
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .doesNotContain("hidden");
    assertThatThrownBy(() -> PrometheusSource.scrape(URI.create("http://a:hidden@b/metrics")))
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .doesNotContain("hidden");
  }

  @Test
  void build_remoteTarget_hasTheTagsOfItsHost() {
    PrometheusSource source = PrometheusSource.scrape(URI.create("https://db-1/metrics"));
    assertThat(source.name()).isEqualTo("prometheus db-1/metrics");
    assertThat(source.descriptions()).isEmpty();
    assertThat(source.interval()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"ftp://a/metrics", "/metrics", "http:///metrics", "http://a/m#x", "urn:a"})
  void builder_invalidAddress_isRejected(String uri) {
    assertThatThrownBy(() -> PrometheusSource.builder(URI.create(uri)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void builder_valueOutOfRange_isRejected() {
    PrometheusSourceBuilder builder = builder();
    for (int wrong : new int[] {-1, 0, Integer.MAX_VALUE}) {
      assertThatThrownBy(() -> builder.maxSeries(wrong))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> builder.maxBodyBytes(wrong))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> builder.timeout(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.names("a*b")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.excludeNames("")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.label("a")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.tag("", "x")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.basicAuth("a:b", "c"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
