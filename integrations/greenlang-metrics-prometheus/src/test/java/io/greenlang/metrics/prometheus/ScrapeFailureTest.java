package io.greenlang.metrics.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The messages about targets that are configured wrongly or do not run. */
@Timeout(240)
class ScrapeFailureTest {

  private final TestTarget target;

  ScrapeFailureTest() throws IOException {
    target = new TestTarget();
  }

  @AfterEach
  void stop() {
    target.close();
  }

  @Test
  void collect_targetDown_namesTheAddress() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    PrometheusSource source =
        PrometheusSource.scrape(URI.create("http://127.0.0.1:" + port + "/metrics"));
    assertThatThrownBy(source::collect)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("http://127.0.0.1:" + port + "/metrics")
        .hasMessageContaining("check that the target runs")
        .hasNoCause()
        .satisfies(e -> assertThat(e.getStackTrace()).as("lines of the log").isEmpty());
  }

  @Test
  void collect_unknownHost_namesTheHost() {
    PrometheusSource source = PrometheusSource.scrape(URI.create("http://db.invalid:9100/metrics"));
    assertThatThrownBy(source::collect)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("db.invalid")
        .hasMessageContaining("the name of the host has no address");
  }

  @ParameterizedTest
  @CsvSource({"401,bearerToken", "403,basicAuth", "404,check the path"})
  void collect_refusedByTheTarget_namesTheRemedy(int status, String remedy) {
    target.answer(exchange -> exchange.sendResponseHeaders(status, -1));
    assertThatThrownBy(() -> PrometheusSource.scrape(target.uri()).collect())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("status " + status)
        .hasMessageContaining(remedy);
  }

  @Test
  void collect_pageInPlaceOfMetrics_namesThePath() {
    target.answer("text/html; charset=utf-8", "<html></html>");
    assertThatThrownBy(() -> PrometheusSource.scrape(target.uri()).collect())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("check the path");
  }

  @Test
  void builder_noScheme_quotesSchemeOfAddress() {
    assertThatThrownBy(() -> PrometheusSource.scrape(URI.create("localhost:9100/metrics")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the scheme localhost and the host null");
  }
}
