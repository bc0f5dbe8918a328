package io.greenlang.metrics.jmx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.greenlang.metrics.MetricType;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.catalina.startup.Tomcat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The MBeans of a real Tomcat, with the rules of jmx_exporter's example in our form. */
@Timeout(180)
class JmxTomcatTest {

  /** A timeout that is longer than any step takes, on a machine that many processes share. */
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private static final int REQUESTS = 5;

  @TempDir Path folder;

  @Test
  void requests_served_areCountedByConnector() throws Exception {
    Tomcat tomcat = new Tomcat();
    tomcat.setSilent(true);
    tomcat.setBaseDir(folder.toString());
    tomcat.setPort(0);
    tomcat.getConnector().setProperty("address", "127.0.0.1");
    tomcat.addContext("", folder.toString());
    tomcat.start();
    try {
      request(tomcat.getConnector().getLocalPort());
      JmxSource source =
          JmxSource.builder()
              .beanTimeout(TIMEOUT)
              .include("Tomcat:*")
              .rule(
                  JmxRule.matching(
                          "Tomcat<type=GlobalRequestProcessor, name=\"(\\w+-\\w+)-.+\"><>requestCount")
                      .name("tomcat.requests")
                      .tag("connector", "$1")
                      .counter()
                      .unit("{request}"))
              .rule(
                  JmxRule.matching("Tomcat<type=ThreadPool, name=\"(\\w+-\\w+)-.+\"><>maxThreads")
                      .name("tomcat.threads.max")
                      .tag("connector", "$1"))
              .build();
      await()
          .atMost(TIMEOUT)
          .untilAsserted(
              () ->
                  assertThat(
                          Collected.from(source).value("tomcat.requests", "connector", "http-nio"))
                      .isEqualTo(REQUESTS));
      Collected collected = Collected.from(source);
      assertThat(collected.value("tomcat.threads.max", "connector", "http-nio")).isEqualTo(200);
      assertThat(collected.metrics())
          .hasSize(2)
          .anyMatch(metric -> metric.type().equals(MetricType.COUNTER));
      JmxSource everything = JmxSource.builder().beanTimeout(TIMEOUT).include("Tomcat:*").build();
      assertThat(Collected.from(everything).metrics()).hasSizeGreaterThan(50);
    } finally {
      tomcat.stop();
      tomcat.destroy();
    }
  }

  private static void request(int port) throws Exception {
    HttpClient client = HttpClient.newHttpClient();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/missing")).build();
    for (int i = 0; i < REQUESTS; i++) {
      assertThat(client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode())
          .isEqualTo(404);
    }
  }
}
