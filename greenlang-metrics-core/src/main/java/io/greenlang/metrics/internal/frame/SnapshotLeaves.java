package io.greenlang.metrics.internal.frame;

import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.internal.aggregate.Histograms;
import io.greenlang.metrics.internal.sample.StatisticAggregate;
import io.greenlang.metrics.subscription.HistogramFields;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The leaves that the metrics of a batch add to snapshots. A sample or a window adds its value. A
 * histogram with a distribution adds an object of its statistics, whose names are those of the
 * derived gauges: {@code duration.avg} is the same leaf, whether it comes from the histogram or
 * from the gauge.
 */
final class SnapshotLeaves {

  private final HistogramFields fields;
  private final MetricBatch batch;

  /** The histograms among the selected metrics. */
  private final Set<Aggregate> histograms = Collections.newSetFromMap(new IdentityHashMap<>());

  /** Prepares the leaves of the metrics at the given indexes. */
  SnapshotLeaves(HistogramFields fields, MetricBatch batch, int[] indexes, int count) {
    this.fields = fields;
    this.batch = batch;
    for (int i = 0; i < count; i++) {
      Aggregate aggregate = batch.aggregate(indexes[i]);
      if (aggregate != null && Histograms.isHistogram(aggregate)) {
        histograms.add(aggregate);
      }
    }
  }

  /** Adds the leaves of one metric to its snapshots. */
  void addTo(SnapshotSequence snapshots, int index) {
    Aggregate aggregate = batch.aggregate(index);
    String name = batch.series(index).name();
    if (aggregate != null && histograms.contains(aggregate)) {
      addStatistics(snapshots, name, aggregate);
    } else if (!isCovered(aggregate)) {
      snapshots.add(name, batch.value(index));
    }
  }

  /** Returns whether a metric is a derived gauge whose histogram adds the same leaf. */
  private boolean isCovered(@Nullable Aggregate aggregate) {
    return aggregate instanceof StatisticAggregate statistic
        && histograms.contains(statistic.histogram());
  }

  private void addStatistics(SnapshotSequence snapshots, String name, Aggregate histogram) {
    snapshots.add(name + ".count", (double) histogram.count());
    snapshots.add(name + ".avg", histogram.value());
    snapshots.add(name + ".min", histogram.min());
    snapshots.add(name + ".max", histogram.max());
    histogram.forEachField(1, (field, value) -> snapshots.add(name + "." + field, value));
    for (double quantile : fields.quantiles()) {
      if (!HistogramFields.STANDARD_QUANTILES.contains(quantile)) {
        snapshots.add(
            name + "." + HistogramFields.nameOf(quantile),
            Histograms.quantile(histogram, quantile));
      }
    }
  }
}
