package io.greenlang.metrics.internal.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.MetricDescription;
import io.greenlang.metrics.internal.sample.DerivedStatistics;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ChannelMetadataTest {

  private final ChannelMetadata metadata =
      new ChannelMetadata(Channel.WORKFLOW, DerivedStatistics.of(List.of()));

  private static MetricDescription description(String name, @Nullable String unit) {
    return new MetricDescription(Channel.WORKFLOW, name, unit, "Text");
  }

  private ViewMetadata view() {
    return new ViewMetadata(metadata, name -> true, null);
  }

  @Test
  void putAll_sameTwice_changesOnce() {
    assertThat(metadata.putAll(List.of(description("a", "s")))).hasSize(1);
    long version = metadata.version();
    assertThat(metadata.putAll(List.of(description("a", "s")))).isEmpty();
    assertThat(metadata.version()).isEqualTo(version);
  }

  @Test
  void putAll_sameName_lastWins() {
    metadata.putAll(List.of(description("a", "s"), description("a", "ms")));
    assertThat(metadata.find("a")).isEqualTo(description("a", "ms"));
    assertThat(view().poll(10)).containsExactly(description("a", "ms"));
  }

  @Test
  void putAll_histogram_describesDerivedGauges() {
    metadata.putAll(List.of(description("duration", "ms")));
    assertThat(metadata.find("duration.p99"))
        .isEqualTo(
            new MetricDescription(Channel.WORKFLOW, "duration.p99", "ms", "99th percentile: Text"));
    metadata.putAll(List.of(description("duration", "s")));
    assertThat(metadata.find("duration.min")).extracting(MetricDescription::unit).isEqualTo("s");
  }

  @Test
  void putAll_ownDescriptionOfDerivedGauge_staysWhenHistogramChanges() {
    metadata.putAll(List.of(description("duration.p99", "us"), description("duration", "ms")));
    assertThat(metadata.find("duration.p99")).isEqualTo(description("duration.p99", "us"));
    assertThat(metadata.find("duration.p50")).extracting(MetricDescription::unit).isEqualTo("ms");
    assertThat(metadata.putAll(List.of(description("duration.p50", "us")))).hasSize(1);
    assertThat(metadata.find("duration.p50")).isEqualTo(description("duration.p50", "us"));
  }

  @Test
  void putAll_limitReached_dropsNewNamesOnly() {
    int limit = MetricDescription.MAX_PER_CHANNEL;
    List<MetricDescription> all =
        IntStream.range(0, limit + 5).mapToObj(i -> description("n" + i, "s")).toList();
    assertThat(metadata.putAll(all)).hasSize(limit);
    assertThat(metadata.find("n" + limit)).isNull();
    assertThat(metadata.putAll(List.of(description("n7", "ms")))).hasSize(1);
  }

  @Test
  void poll_limited_returnsTheRestLater() {
    metadata.putAll(List.of(description("a", "s"), description("b", "s"), description("c", "s")));
    ViewMetadata view = view();
    assertThat(view.poll(2)).extracting(MetricDescription::name).containsExactly("a", "b");
    assertThat(view.hasChanges()).isTrue();
    assertThat(view.poll(2)).extracting(MetricDescription::name).containsExactly("c");
    assertThat(view.hasChanges()).isFalse();
    assertThat(view.poll(2)).isEmpty();
  }

  @Test
  void poll_narrowedView_returnsNamesWhenTheyArrive() {
    ViewNames names = new ViewNames();
    names.add("a");
    ViewMetadata view = new ViewMetadata(metadata, name -> true, names);
    metadata.putAll(List.of(description("a", "s"), description("b", "s")));
    assertThat(view.poll(10)).containsExactly(description("a", "s"));
    names.add("b");
    names.add("undescribed");
    assertThat(view.hasChanges()).isTrue();
    assertThat(view.poll(10)).containsExactly(description("b", "s"));
    metadata.putAll(List.of(description("undescribed", "By"), description("c", "s")));
    assertThat(view.poll(10)).containsExactly(description("undescribed", "By"));
    assertThat(view.hasChanges()).isFalse();
  }

  /** A client once received a description twice: with a new name, and as a change. */
  @Test
  void poll_narrowedViewWhilePublishing_returnsEachDescriptionOnceAndBeforeItsMetric() {
    int count = MetricDescription.MAX_PER_CHANNEL;
    ViewNames names = new ViewNames();
    ViewMetadata view = new ViewMetadata(metadata, name -> true, names);
    AtomicInteger published = new AtomicInteger();
    Thread publisher =
        new Thread(
            () -> {
              for (int i = 0; i < count; i++) {
                metadata.putAll(List.of(description("n" + i, "s")));
                names.add("n" + i);
                published.incrementAndGet();
              }
            });
    publisher.start();
    List<MetricDescription> received = new ArrayList<>();
    while (publisher.isAlive()) {
      int due = published.get();
      received.addAll(view.poll(count));
      assertThat(received).hasSizeGreaterThanOrEqualTo(due);
    }
    received.addAll(view.poll(count));
    assertThat(received).hasSize(count).doesNotHaveDuplicates();
  }
}
