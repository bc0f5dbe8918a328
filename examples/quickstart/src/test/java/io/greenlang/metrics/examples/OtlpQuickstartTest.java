package io.greenlang.metrics.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The quickstart with {@code OTLP=on}, and OpenTelemetry's Java SDK in another process with the
 * environment variables that the quickstart prints. otlp.test.mjs does the same with packages from
 * npm.
 */
@Timeout(180)
class OtlpQuickstartTest {

  private static final int OBSERVATIONS = OtlpSender.OBSERVATIONS;
  private static final double SUM = OBSERVATIONS * (OBSERVATIONS + 1) / 2.0;

  private static final long MAX_DELAY_MILLIS = 1_000;

  /** The rounds until one is fast enough. The machine may be busy during the others. */
  private static final int MAX_ROUNDS = 30;

  private static OtlpQuickstart quickstart;

  @BeforeAll
  static void start() throws IOException {
    quickstart = new OtlpQuickstart();
  }

  @AfterAll
  static void stop() {
    quickstart.close();
  }

  /** Returns the environment of a sender; its rounds are the only exports. */
  private static Map<String, String> environment(String instance, String... variables) {
    Map<String, String> environment = quickstart.environment(instance, variables);
    environment.put("OTEL_METRIC_EXPORT_INTERVAL", "3600000");
    return environment;
  }

  private static Predicate<JsonNode> named(String name) {
    return metric -> metric.path("name").asText().equals(name);
  }

  @Test
  void instructions_printed_nameTheVariablesOfMetricsOnly() {
    assertThat(quickstart.printed())
        .containsOnlyKeys(
            "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
            "OTEL_EXPORTER_OTLP_METRICS_HEADERS",
            "OTEL_EXPORTER_OTLP_METRICS_PROTOCOL",
            "OTEL_METRIC_EXPORT_INTERVAL")
        .containsEntry("OTEL_METRIC_EXPORT_INTERVAL", "1000");
  }

  @Test
  void page_howTo_showsTheVariables() throws IOException {
    Map<String, String> shown =
        OtlpQuickstart.variables(
            Files.readString(Path.of("../../docs/how-to/otlp.md")).lines().toList());
    Map<String, String> printed = quickstart.printed();
    assertThat(shown).containsOnlyKeys(printed.keySet());
    shown.forEach(
        (name, value) -> assertThat(withoutRun(value)).isEqualTo(withoutRun(printed.get(name))));
  }

  /** Returns a value without the port and the token, which differ in each run. */
  private static String withoutRun(String value) {
    return value.replaceAll("localhost:\\d+", "localhost").replaceAll("%20eyJ.*", "%20");
  }

  @ParameterizedTest
  @CsvSource({
    "cumulative, explicit_bucket_histogram, 75, 100",
    "delta, explicit_bucket_histogram, 75, 100",
    "cumulative, base2_exponential_bucket_histogram, 95.8, 102.2",
    "delta, base2_exponential_bucket_histogram, 95.8, 102.2",
  })
  void sender_temporalityAndBuckets_isReceivedAndRestarts(
      String temporality, String buckets, double lowestP99, double highestP99) throws IOException {
    String instance = temporality + "-" + buckets;
    Map<String, String> environment =
        environment(
            instance,
            "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE",
            temporality,
            "OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION",
            buckets);
    try (RawWebSocket client = quickstart.subscribe(instance, "");
        RawWebSocket windows =
            quickstart.subscribe(
                instance, ",\"metrics\":[\"orders\"],\"aggregation_interval\":\"1s\"")) {
      try (RunningSender sender = new RunningSender(environment)) {
        for (int round = 1; round <= 2; round++) {
          sender.round();
          assertRound(client, round * OBSERVATIONS, lowestP99, highestP99);
        }
      }
      try (RunningSender restarted = new RunningSender(environment)) {
        restarted.round();
        int total = temporality.equals("delta") ? 3 * OBSERVATIONS : OBSERVATIONS;
        assertRound(client, total, lowestP99, highestP99);
      }
      assertGrowth(windows, 3 * OBSERVATIONS);
    }
  }

  /** Reads the counter and the distribution of a round, in any order. */
  private static void assertRound(
      RawWebSocket client, int total, double lowestP99, double highestP99) {
    // A sender that ends exports its totals once more.
    Predicate<JsonNode> isTotal = named("orders").and(each -> each.path("value").asInt() == total);
    JsonNode first = client.nextMetric(isTotal.or(named("order.size")));
    boolean isCounter = isTotal.test(first);
    JsonNode second = client.nextMetric(isCounter ? named("order.size") : isTotal);
    JsonNode orders = isCounter ? first : second;
    JsonNode sizes = isCounter ? second : first;
    assertThat(orders.path("type").asText()).isEqualTo("counter");
    assertThat(orders.path("tags").path("region").asText()).isEqualTo("eu");
    assertThat(orders.path("tags").path("service.name").asText()).isEqualTo("shop");
    assertThat(sizes.path("type").asText()).isEqualTo("histogram");
    assertThat(sizes.path("count").asInt()).isEqualTo(OBSERVATIONS);
    assertThat(sizes.path("sum").asDouble()).isEqualTo(SUM);
    assertThat(sizes.path("p99").asDouble()).isBetween(lowestP99, highestP99);
  }

  /** Reads windows until a counter has grown by a number, and no further. */
  private static void assertGrowth(RawWebSocket windows, double growth) {
    double total = 0;
    while (total < growth) {
      total += windows.nextMetric(named("orders")).path("delta").asDouble();
    }
    assertThat(total).isEqualTo(growth);
  }

  @Test
  void export_received_isSeenWithinASecond() throws IOException {
    List<Long> delays = new ArrayList<>();
    long fastest = Long.MAX_VALUE;
    try (RawWebSocket client = quickstart.subscribe("measured", "");
        RunningSender sender = new RunningSender(environment("measured"))) {
      for (int round = 1; round <= MAX_ROUNDS && fastest >= MAX_DELAY_MILLIS; round++) {
        int total = round * OBSERVATIONS;
        long start = sender.round();
        client.nextMetric(named("orders").and(each -> each.path("value").asInt() == total));
        delays.add(System.currentTimeMillis() - start);
        fastest = Collections.min(delays);
      }
    }
    assertThat(fastest).as("the fastest of %s ms", delays).isLessThan(MAX_DELAY_MILLIS);
  }
}
