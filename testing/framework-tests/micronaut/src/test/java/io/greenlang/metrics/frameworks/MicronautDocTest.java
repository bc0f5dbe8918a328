package io.greenlang.metrics.frameworks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.greenlang.metrics.testkit.FrameworkApplication;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs the code of docs/how-to/micrometer-frameworks.md unchanged in a Micronaut application. */
@Timeout(120)
class MicronautDocTest {

  /** The application of a user, which has no code for metrics. */
  private static final String APPLICATION =
      """
      package com.example;

      import io.micronaut.http.annotation.Controller;
      import io.micronaut.http.annotation.Get;
      import io.micronaut.runtime.Micronaut;

      @Controller
      public class Application {

        @Get("/orders")
        String orders() {
          return "[]";
        }

        public static void main(String[] arguments) {
          Micronaut.run(Application.class, arguments);
        }
      }
      """;

  @Test
  void registryBean_requestOfTheFramework_arrivesAsDistribution(@TempDir Path folder)
      throws Exception {
    try (FrameworkApplication application =
            FrameworkApplication.start(
                folder,
                "io.micronaut.",
                List.of(APPLICATION),
                "micronaut.server.port",
                "Application");
        RawWebSocket client = application.subscribe()) {
      application.request("/orders");
      JsonNode requests =
          client.nextMetric(
              each ->
                  each.path("name").asText().equals("http.server.requests")
                      && each.path("tags").path("uri").asText().equals("/orders"));
      assertThat(requests.path("type").asText()).isEqualTo("histogram");
      assertThat(requests.path("p99").asDouble()).isPositive();
      assertThat(client.nextMetric("jvm.memory.used").path("value").asDouble()).isNotNegative();
    }
  }
}
