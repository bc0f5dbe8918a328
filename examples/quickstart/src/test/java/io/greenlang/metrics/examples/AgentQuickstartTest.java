package io.greenlang.metrics.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The quickstart with {@code OTLP=on}, and a program without any library in another process, to
 * which OpenTelemetry's Java agent is attached with the variables that the quickstart prints.
 */
@Timeout(180)
class AgentQuickstartTest {

  /** The agent, which Maven copies there. */
  private static final File AGENT = new File("target/opentelemetry-javaagent.jar");

  private static final int REQUESTS = 20;

  private static RunningSender program(Map<String, String> environment)
      throws IOException, URISyntaxException {
    assertThat(AGENT).as("the agent; run Maven to copy it").isFile();
    Path classes =
        Path.of(PlainProgram.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    return new RunningSender(
        environment,
        "-javaagent:" + AGENT,
        "-cp",
        classes.toString(),
        PlainProgram.class.getName());
  }

  @Test
  void agent_plainProgram_requestsAndJvmAreReceived() throws Exception {
    try (OtlpQuickstart quickstart = new OtlpQuickstart();
        RawWebSocket client = quickstart.subscribe("agent", "");
        RunningSender program = program(quickstart.environment("agent"))) {
      for (int i = 0; i < REQUESTS; i++) {
        program.round();
      }
      long requests = 0;
      while (requests < REQUESTS) {
        JsonNode duration = client.nextMetric("http.server.request.duration");
        assertThat(duration.path("type").asText()).isEqualTo("histogram");
        JsonNode tags = duration.path("tags");
        assertThat(tags.path("service.name").asText()).isEqualTo("shop");
        assertThat(tags.path("http.request.method").asText()).isEqualTo("GET");
        assertThat(tags.path("http.response.status_code").asText()).isEqualTo("204");
        requests += duration.path("count").asLong();
      }
      assertThat(requests).isEqualTo(REQUESTS);
      JsonNode memory = client.nextMetric(AgentQuickstartTest::isUsedMemory);
      assertThat(memory.path("type").asText()).isEqualTo("gauge");
      JsonNode processor = client.nextMetric("jvm.cpu.time");
      assertThat(processor.path("type").asText()).isEqualTo("counter");
      assertThat(processor.path("value").asDouble()).isPositive();
    }
  }

  /**
   * Returns whether a metric has the used bytes of a pool; a pool that was just collected has 0.
   */
  private static boolean isUsedMemory(JsonNode metric) {
    return metric.path("name").asText().equals("jvm.memory.used")
        && metric.path("value").asLong() > 0;
  }
}
