package io.greenlang.metrics.benchmarks.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Rounds of one server under one load. A figure is the median of the rounds. A ratio is computed
 * within each round first, because the machine may behave differently a minute later.
 */
final class Rounds {

  private final List<Result> results = new ArrayList<>();

  void add(Result result) {
    results.add(result);
  }

  List<Result> results() {
    return results;
  }

  /** Returns the median of a figure. */
  double median(String name) {
    return median(values(name));
  }

  /** Returns the median of a figure and, after several rounds, its range. */
  String medianAndRange(String name) {
    List<Double> values = values(name);
    String median = format(median(values), 2);
    if (values.size() == 1) {
      return median;
    }
    double min = values.stream().min(Double::compare).orElseThrow();
    double max = values.stream().max(Double::compare).orElseThrow();
    return median + " (" + format(min, 2) + "–" + format(max, 2) + ")";
  }

  /** Returns the median of the ratios to another server; NaN if they share no round. */
  double ratioTo(Rounds other, String name) {
    List<Double> ratios = new ArrayList<>();
    for (Result result : results) {
      other.results.stream()
          .filter(each -> each.text("round").equals(result.text("round")))
          .mapToDouble(each -> each.number(name))
          .filter(reference -> reference > 0)
          .findFirst()
          .ifPresent(reference -> ratios.add(result.number(name) / reference));
    }
    return median(ratios);
  }

  /** Returns the number of rounds in which the server kept up, and of all rounds. */
  String keptUp() {
    long keptUp = results.stream().filter(each -> each.text("kept_up").equals("yes")).count();
    return keptUp + " of " + results.size();
  }

  private List<Double> values(String name) {
    return results.stream().map(each -> each.number(name)).toList();
  }

  static double median(List<Double> values) {
    if (values.isEmpty()) {
      return Double.NaN;
    }
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    boolean odd = sorted.size() % 2 == 1;
    return odd ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  /** Returns a number as text; nothing for NaN. */
  static String format(double value, int decimals) {
    return Double.isNaN(value) ? "" : String.format(Locale.ROOT, "%,." + decimals + "f", value);
  }
}
