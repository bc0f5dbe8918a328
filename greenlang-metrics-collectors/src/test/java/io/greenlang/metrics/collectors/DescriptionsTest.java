package io.greenlang.metrics.collectors;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricDescription;
import io.greenlang.metrics.MetricSink;
import io.greenlang.metrics.MetricSource;
import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.broker.BrokerState;
import io.greenlang.metrics.collectors.internal.cluster.DistributedMetricSource;
import io.greenlang.metrics.collectors.internal.cluster.TaskCounts;
import io.greenlang.metrics.collectors.internal.cluster.TaskQueueSource;
import io.greenlang.metrics.collectors.internal.jvm.JvmThreadSource;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The units and descriptions of all built-in sources. */
class DescriptionsTest {

  /** Metrics that the broker itself describes. */
  private static final String BROKER = "broker.";

  private static void assertDescribed(MetricSource source) throws Exception {
    Set<String> described =
        source.descriptions().stream()
            .map(each -> each.channel() + " " + each.name())
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(source.descriptions()).as("each name once").hasSameSizeAs(described);
    for (int i = 0; i < 2; i++) { // some metrics need two collections
      Collection<Metric> metrics = source.collect();
      assertThat(metrics).isNotEmpty();
      assertThat(metrics)
          .filteredOn(metric -> !metric.name().startsWith(BROKER))
          .allSatisfy(
              metric -> assertThat(described).contains(metric.channel() + " " + metric.name()));
    }
    assertThat(source.descriptions()).as("no new collection").isSameAs(source.descriptions());
    assertThat(source.descriptions())
        .allSatisfy(
            each -> {
              assertThat(each.unit()).isNotNull();
              assertThat(each.description()).isNotNull();
            });
  }

  @Test
  void systemSource_eachMetric_isDescribed() throws Exception {
    assertDescribed(SystemMetricSource.create());
  }

  @Test
  void jvmSources_eachMetric_isDescribed() throws Exception {
    assertDescribed(JvmMetricSource.create());
    assertDescribed(new JvmThreadSource(JvmMetricSource.CHANNEL));
  }

  @Test
  void clusterSources_eachMetric_isDescribed() throws Exception {
    TaskQueueSource queue =
        new TaskQueueSource("q", () -> new TaskCounts(1, 2, 3, 4), MetricsClock.system());
    assertDescribed(queue);
    assertDescribed(new DistributedMetricSource(() -> BrokerState.SINGLE_INSTANCE, List.of(queue)));
  }

  @Test
  void recorders_eachMetric_isDescribed() throws Exception {
    WorkflowRecorder workflows = WorkflowRecorder.builder().build();
    workflows.recordSuccess("a", Duration.ofMillis(5));
    workflows.recordFailure("a", Duration.ofMillis(5));
    assertDescribed(workflows);
    AgentRecorder agents = AgentRecorder.builder().build();
    assertThat(agents.record("b", () -> "done")).isEqualTo("done");
    try (AgentRecorder.Call call = agents.start("b")) {
      call.recordError(new IllegalStateException("on purpose"));
    }
    assertDescribed(agents);
  }

  /** A sink that stores descriptions, and counts collections. */
  private static final class DescribedSink implements MetricSink {

    final List<MetricDescription> descriptions = new CopyOnWriteArrayList<>();
    final CountDownLatch collections = new CountDownLatch(3);

    @Override
    public void publish(Collection<Metric> metrics) {
      collections.countDown();
    }

    @Override
    public void describe(Collection<MetricDescription> described) {
      assertThat(collections.getCount()).as("before the first publication").isEqualTo(3);
      descriptions.addAll(described);
    }
  }

  @Test
  void collector_sourceWithDescriptions_passesThemOnOnce() throws Exception {
    List<MetricDescription> descriptions =
        List.of(MetricDescription.of("a.metrics", "x", "By", "Bytes"));
    MetricSource source =
        new MetricSource() {
          @Override
          public String name() {
            return "described";
          }

          @Override
          public Collection<Metric> collect() {
            return List.of(Metric.gauge("a.metrics", "x", 1, Tags.empty()));
          }

          @Override
          public Collection<MetricDescription> descriptions() {
            return descriptions;
          }
        };
    DescribedSink sink = new DescribedSink();
    try (MetricCollector collector =
        MetricCollector.builder(sink).source(source, Duration.ofMillis(100)).build()) {
      collector.start();
      assertThat(sink.collections.await(60, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(sink.descriptions).isEqualTo(descriptions);
  }

  @Test
  void collector_descriptionsFail_metricsArePublished() throws Exception {
    MetricSource source =
        new MetricSource() {
          @Override
          public String name() {
            return "faulty";
          }

          @Override
          public Collection<Metric> collect() {
            return List.of(Metric.gauge("a.metrics", "x", 1, Tags.empty()));
          }

          @Override
          public Collection<MetricDescription> descriptions() {
            throw new IllegalStateException("on purpose");
          }
        };
    DescribedSink sink = new DescribedSink();
    try (MetricCollector collector =
        MetricCollector.builder(sink).source(source, Duration.ofMillis(100)).build()) {
      collector.start();
      assertThat(sink.collections.await(60, TimeUnit.SECONDS)).isTrue();
      assertThat(collector.stats().sources().get(0).failures()).isPositive();
    }
  }
}
