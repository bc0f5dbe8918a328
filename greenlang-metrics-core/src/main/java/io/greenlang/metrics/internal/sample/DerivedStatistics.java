package io.greenlang.metrics.internal.sample;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricDescription;
import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.internal.util.SeriesKey;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiPredicate;

/**
 * The histograms whose statistics are also delivered as gauges, named after the histogram and the
 * statistic. They are computed in each view from its own histogram, after windows, groups and
 * instances were merged, because an average of percentiles is not a percentile. Immutable.
 */
public final class DerivedStatistics {

  /**
   * A histogram by name.
   *
   * @param channel its channel
   * @param name its name
   */
  public record Histogram(Channel channel, String name) {}

  /** The histograms whose statistics the product's specification names. */
  public static final List<Histogram> SPECIFIED =
      List.of(
          new Histogram(Channel.WORKFLOW, "duration"),
          new Histogram(Channel.WORKFLOW, "workflow.duration"),
          new Histogram(Channel.AGENT, "latency"),
          new Histogram(Channel.AGENT, "agent.latency"));

  private static final List<Statistic> STATISTICS = List.of(Statistic.values());

  private final Set<Histogram> histograms;

  private DerivedStatistics(Set<Histogram> histograms) {
    this.histograms = histograms;
  }

  /** Returns the statistics of the given histograms and of the specified ones. */
  public static DerivedStatistics of(Collection<Histogram> further) {
    Set<Histogram> all = new HashSet<>(SPECIFIED);
    all.addAll(further);
    return new DerivedStatistics(Set.copyOf(all));
  }

  /** Returns the gauges that are derived from a series; none for most series. */
  public List<DerivedSeries> of(SeriesKey series) {
    if (!isDerivedFrom(series)) {
      return List.of();
    }
    return STATISTICS.stream()
        .map(statistic -> new DerivedSeries(key(series, statistic), statistic))
        .toList();
  }

  private boolean isDerivedFrom(SeriesKey series) {
    return series.type().equals(MetricType.HISTOGRAM)
        && histograms.contains(new Histogram(series.channel(), series.name()));
  }

  /**
   * Returns the descriptions of the gauges that are derived from a histogram; none for most
   * metrics.
   *
   * @param histogram the description of a metric that may be such a histogram
   */
  public List<MetricDescription> describe(MetricDescription histogram) {
    if (!histograms.contains(new Histogram(histogram.channel(), histogram.name()))) {
      return List.of();
    }
    return STATISTICS.stream()
        .filter(each -> each.gaugeName(histogram.name()).length() <= Metric.MAX_NAME_LENGTH)
        .map(each -> each.describe(histogram))
        .toList();
  }

  private static SeriesKey key(SeriesKey series, Statistic statistic) {
    return new SeriesKey(
        series.channel(), statistic.gaugeName(series.name()), MetricType.GAUGE, series.tags());
  }

  /** Returns whether a filter selects a series, or a gauge that is derived from it. */
  public boolean isSelected(SeriesKey series, BiPredicate<String, Tags> filter) {
    return filter.test(series.name(), series.tags())
        || (isDerivedFrom(series)
            && STATISTICS.stream()
                .anyMatch(
                    statistic -> filter.test(statistic.gaugeName(series.name()), series.tags())));
  }
}
