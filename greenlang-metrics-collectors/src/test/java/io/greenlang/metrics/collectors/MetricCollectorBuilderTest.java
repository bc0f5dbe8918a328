package io.greenlang.metrics.collectors;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricSource;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.internal.config.Environment;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Verifies the options of a collector, its sources and their intervals. */
@Timeout(120)
class MetricCollectorBuilderTest {

  private static final Duration SECOND = Duration.ofSeconds(1);

  private final ManualSleeper time = new ManualSleeper();
  private final RecordingSink sink = new RecordingSink();

  private MetricCollectorBuilder builder() {
    return MetricCollector.builder(sink).interval(SECOND).clock(time).sleeper(time);
  }

  private static Metric depth(double value) {
    return Metric.gauge("pool.metrics", "depth", value, Tags.empty());
  }

  private static MetricSource pool() {
    return MetricSource.of("pool", () -> List.of(depth(1)));
  }

  @Test
  void build_noSource_collectsHostAndJvmWithConfiguredTags() {
    try (MetricCollector collector = builder().tag("host", "web-1").build()) {
      collector.start();
      time.awaitSleepers(3);
      assertThat(collector.stats().sources())
          .extracting(SourceStats::name)
          .containsExactly("system", "jvm", "jvm-threads");
      assertThat(sink.publications)
          .hasSize(3)
          .allSatisfy(
              publication ->
                  assertThat(publication)
                      .isNotEmpty()
                      .allSatisfy(
                          metric -> assertThat(metric.tags().get("host")).isEqualTo("web-1")));
    }
  }

  @Test
  void build_standardSourcesWithHub_includesInstances() {
    try (MetricsHub hub = MetricsHub.create();
        MetricCollector collector =
            MetricCollector.builder(hub)
                .standardSources()
                .source(WorkflowRecorder.create())
                .build()) {
      assertThat(collector.stats().sources())
          .extracting(SourceStats::name)
          .containsExactly("system", "jvm", "jvm-threads", "distributed", "workflow");
      assertThat(hub.channels()).contains(JvmMetricSource.CHANNEL);
    }
  }

  /** Otherwise {@code system.metrics} exists, and nothing explains why it is empty. */
  @Test
  void build_ownSourceOnly_logsThatBuiltInOnesAreMissing() {
    assertThat(logOf(() -> builder().source(pool()).build().close()))
        .contains("INFO", "system.metrics and jvm.metrics stay empty unless standardSources()");
    assertThat(logOf(() -> builder().standardSources().source(pool()).build().close()))
        .doesNotContain("stay empty");
    assertThat(logOf(() -> builder().build().close())).doesNotContain("stay empty");
  }

  private static String logOf(Runnable action) {
    PrintStream original = System.err;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    System.setErr(new PrintStream(bytes, true, UTF_8));
    try {
      action.run();
    } finally {
      System.setErr(original);
    }
    return bytes.toString(UTF_8);
  }

  @Test
  void build_sourceWithOwnInterval_usesIt() {
    MetricSource slow =
        new MetricSource() {
          @Override
          public String name() {
            return "slow";
          }

          @Override
          public Duration interval() {
            return Duration.ofSeconds(5);
          }

          @Override
          public List<Metric> collect() {
            return List.of(depth(5));
          }
        };
    MetricSource overridden = MetricSource.of("overridden", () -> List.of(depth(2)));
    try (MetricCollector collector =
        builder().source(pool()).source(slow).source(overridden, Duration.ofSeconds(2)).build()) {
      collector.start();
      time.runTicks(10, SECOND, 3);
      assertThat(collector.stats().sources())
          .extracting(SourceStats::collections)
          .containsExactly(11L, 3L, 6L);
    }
  }

  @Test
  void build_noSinkAndNoRedisUrl_namesSettings() {
    Environment none = Environment.of(Map.of());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MetricCollector.builder().environment(none).build())
        .withMessageContaining("set redisUrl or REDIS_URL");
  }

  @Test
  void build_redisModuleMissing_namesDependency() {
    Environment variable = Environment.of(Map.of("REDIS_URL", "redis://cache"));
    for (MetricCollectorBuilder builder :
        List.of(
            MetricCollector.builder().redisUrl("redis://localhost:6379"),
            MetricCollector.builder().environment(variable))) {
      assertThatIllegalStateException()
          .isThrownBy(builder::build)
          .withMessageContaining("add io.greenlang:greenlang-metrics-redis");
    }
  }

  @Test
  void redisUrl_withSink_throws() {
    assertThatIllegalStateException()
        .isThrownBy(() -> builder().redisUrl("redis://localhost"))
        .withMessageContaining("already has a sink");
  }

  @Test
  void build_twoRecorders_throws() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                builder()
                    .source(WorkflowRecorder.create())
                    .source(WorkflowRecorder.create())
                    .build())
        .withMessageContaining("two sources are named \"workflow\"");
  }

  @Test
  void build_intervalNotSet_usesVariable() {
    Environment half = Environment.of(Map.of("METRIC_COLLECTION_INTERVAL", "0.5"));
    MetricCollectorBuilder builder =
        MetricCollector.builder(sink).environment(half).clock(time).sleeper(time).source(pool());
    try (MetricCollector collector = builder.build()) {
      collector.start();
      time.runTicks(4, Duration.ofMillis(500), 1);
      assertThat(sink.publications).hasSize(5);
    }
  }

  @Test
  void build_intervalSet_ignoresVariable() {
    Environment bad = Environment.of(Map.of("METRIC_COLLECTION_INTERVAL", "bad"));
    builder().environment(bad).source(pool()).build().close();
  }

  @Test
  void build_intervalOutOfRange_throws() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().interval(Duration.ofMillis(1)).build())
        .withMessageContaining("PT0.001S");
  }

  @Test
  void build_duplicateSourceName_throws() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().source(pool()).source(pool()).build())
        .withMessageContaining("\"pool\"");
  }

  @Test
  void build_sourceWithoutName_throws() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().source(MetricSource.of(" ", List::of)).build())
        .withMessageContaining("no name");
  }
}
