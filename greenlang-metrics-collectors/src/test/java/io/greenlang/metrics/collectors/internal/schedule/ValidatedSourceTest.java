package io.greenlang.metrics.collectors.internal.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricSource;
import io.greenlang.metrics.Tags;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Tests the accounting of a source of which some metrics have too many tags. */
class ValidatedSourceTest {

  private static final Metric VALID = Metric.gauge("pool.metrics", "depth", 1, Tags.empty());

  private static Metric crowded() {
    Map<String, String> tags = new TreeMap<>();
    IntStream.range(0, Tags.MAX_TAGS).forEach(i -> tags.put("t" + i, ""));
    return Metric.gauge("pool.metrics", "crowded", 1, Tags.of(tags));
  }

  private static ValidatedSource source(List<Metric> metrics) {
    return new ValidatedSource(
        "mixed",
        MetricSource.of("mixed", () -> metrics),
        new CommonTags(Tags.of("host", "h")),
        new ManualClock(Instant.EPOCH));
  }

  @Test
  void collect_rejectedMetricsBeforeTheLimit_countsEachMissingMetricOnce() throws Exception {
    List<Metric> metrics = new ArrayList<>(Collections.nCopies(10, crowded()));
    metrics.addAll(Collections.nCopies(ValidatedSource.MAX_METRICS + 10, VALID));
    ValidatedSource source = source(metrics);

    assertThat(source.collect()).hasSize(ValidatedSource.MAX_METRICS);
    assertThat(source.rejectedMetrics()).isEqualTo(10);
    assertThat(source.droppedMetrics()).isEqualTo(10);
  }

  @Test
  void collect_nullAfterRejectedMetric_failsWithItsIndex() {
    ValidatedSource source = source(Arrays.asList(crowded(), VALID, null));

    assertThatThrownBy(source::collect)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("returned null as element 2 of its list");
  }
}
