package io.greenlang.metrics.testkit.model;

import io.greenlang.metrics.Interval;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.testkit.model.ExpectedPoint.Series;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The metrics that a client of one view must receive, computed from all published samples. The
 * samples are in the order of publication.
 */
final class Expectations {

  private static final List<String> STATISTICS = List.of("min", "max", "avg", "p50", "p95", "p99");

  private final View view;
  private final Set<String> derivedFrom;

  /**
   * Creates the expectations of a view.
   *
   * @param derivedFrom the histograms from which gauges are derived
   */
  Expectations(View view, Set<String> derivedFrom) {
    this.view = view;
    this.derivedFrom = derivedFrom;
  }

  /** Returns the points of samples, in the same order. */
  List<ExpectedPoint> samples(List<PublishedSample> samples) {
    List<ExpectedPoint> points = new ArrayList<>();
    for (PublishedSample sample : samples) {
      if (view.matchesTags(sample.metric().tags().asMap())) {
        addSample(sample, points);
      }
    }
    return points;
  }

  private void addSample(PublishedSample sample, List<ExpectedPoint> points) {
    Metric metric = sample.metric();
    Map<String, String> tags = view.keptTags(metric.tags().asMap());
    Observations observations = new Observations(sample.observations());
    long time = metric.timestampMillis();
    Map<String, NumberRange> fields = new LinkedHashMap<>();
    fields.put("value", observations.mean());
    if (sample.hasDistribution()) {
      observations.putHistogram(fields, view.quantiles());
    }
    add(new Series(metric.name(), sample.type(), tags), time, null, fields, observations, points);
    if (sample.hasDistribution()) {
      addDerived(metric.name(), tags, time, null, observations, points);
    }
  }

  /** Returns the points of a window, which may span several windows of the view's interval. */
  List<ExpectedPoint> window(SampleIndex samples, long start, long end) {
    Map<Series, List<PublishedSample>> bySeries = new LinkedHashMap<>();
    for (PublishedSample sample : samples.between(start, end)) {
      if (view.matchesTags(sample.metric().tags().asMap())) {
        Map<String, String> tags = view.keptTags(sample.metric().tags().asMap());
        bySeries
            .computeIfAbsent(
                new Series(sample.metric().name(), sample.type(), tags), key -> new ArrayList<>())
            .add(sample);
      }
    }
    List<ExpectedPoint> points = new ArrayList<>();
    String label = Interval.label(end - start);
    bySeries.forEach((series, all) -> addWindow(series, start, label, all, points));
    return points;
  }

  private void addWindow(
      Series series,
      long start,
      String label,
      List<PublishedSample> samples,
      List<ExpectedPoint> points) {
    List<Double> values = new ArrayList<>();
    samples.forEach(sample -> values.addAll(sample.observations()));
    Observations observations = new Observations(values);
    Map<String, NumberRange> fields = new LinkedHashMap<>();
    observations.putRange(fields);
    switch (series.type()) {
      case "counter" -> {
        fields.put("value", lastTotal(samples));
        fields.put("delta", NumberRange.ANY);
        fields.put("rate", NumberRange.ANY);
      }
      case "histogram" -> {
        fields.put("value", observations.mean());
        observations.putHistogram(fields, view.quantiles());
      }
      default -> fields.put("value", observations.mean());
    }
    add(series, start, label, fields, observations, points);
    if (series.type().equals("histogram")) {
      addDerived(series.name(), series.tags(), start, label, observations, points);
    }
  }

  /** Another model covers the totals of groups, whose series need not have a sample here. */
  private NumberRange lastTotal(List<PublishedSample> samples) {
    return view.groupBy() == null
        ? NumberRange.exactly(samples.get(samples.size() - 1).metric().value())
        : NumberRange.ANY;
  }

  private void addDerived(
      String histogram,
      Map<String, String> tags,
      long time,
      @Nullable String label,
      Observations observations,
      List<ExpectedPoint> points) {
    if (!derivedFrom.contains(histogram)) {
      return;
    }
    for (String suffix : STATISTICS) {
      Map<String, NumberRange> fields = new LinkedHashMap<>();
      fields.put("value", observations.statistic(suffix));
      if (label != null) {
        observations.putRange(fields);
      }
      Series series = new Series(histogram + "." + suffix, "gauge", tags);
      if (view.matchesName(series.name())) {
        points.add(new ExpectedPoint(series, time, label, fields, observations, false));
      }
    }
  }

  private void add(
      Series series,
      long time,
      @Nullable String label,
      Map<String, NumberRange> fields,
      Observations observations,
      List<ExpectedPoint> points) {
    if (view.matchesName(series.name())) {
      boolean hasBuckets = view.buckets() && fields.containsKey("sum");
      points.add(new ExpectedPoint(series, time, label, fields, observations, hasBuckets));
    }
  }

  /** Returns the last window of each series, of windows in the order of time. */
  static List<ExpectedPoint> latest(List<ExpectedPoint> windows) {
    Map<Series, ExpectedPoint> latest = new LinkedHashMap<>();
    windows.forEach(window -> latest.put(window.series(), window));
    return new ArrayList<>(latest.values());
  }

  /** Returns the samples that were measured in a time range, in the order of history. */
  static List<PublishedSample> measured(List<PublishedSample> samples, long from, long to) {
    return samples.stream()
        .filter(
            sample ->
                sample.metric().timestampMillis() >= from && sample.metric().timestampMillis() < to)
        .sorted(Comparator.comparingLong(sample -> sample.metric().timestampMillis()))
        .toList();
  }
}
