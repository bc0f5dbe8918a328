package io.greenlang.metrics.benchmarks.curves;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/**
 * Axis of a chart: its label with the unit, its scale, and the marks along it.
 *
 * @param label the label
 * @param logarithmic whether equal distances are equal ratios
 * @param min the value at its start
 * @param max the value at its end
 */
record Axis(String label, boolean logarithmic, double min, double max) {

  private static final int LINEAR_MARKS = 5;

  /** Returns an axis over whole powers of ten around positive values. */
  static Axis logarithmic(String label, Collection<Double> values) {
    double min = values.stream().min(Double::compare).orElseThrow();
    double max = values.stream().max(Double::compare).orElseThrow();
    if (min <= 0) {
      throw new IllegalArgumentException(
          "a logarithmic axis requires positive values, but has " + min + ": " + label);
    }
    double start = Math.pow(10, Math.floor(Math.log10(min)));
    double end = Math.pow(10, Math.ceil(Math.log10(max)));
    return new Axis(label, true, start, end > start ? end : 10 * start);
  }

  /** Returns an axis from 0 to a round number above the values. */
  static Axis linear(String label, Collection<Double> values) {
    double max = values.stream().max(Double::compare).orElseThrow();
    double power = Math.pow(10, Math.floor(Math.log10(max / LINEAR_MARKS)));
    double step = power;
    for (double factor : List.of(1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)) {
      step = factor * power;
      if (step * LINEAR_MARKS >= max) {
        break;
      }
    }
    return new Axis(label, false, 0, step * LINEAR_MARKS);
  }

  /** Returns the position of a value along the axis, from 0 to 1. */
  double position(double value) {
    return logarithmic ? Math.log(value / min) / Math.log(max / min) : (value - min) / (max - min);
  }

  /** Returns the values that get a mark. */
  List<Double> marks() {
    List<Double> marks = new ArrayList<>();
    if (logarithmic) {
      for (double mark = min; mark <= max * 1.001; mark *= 10) {
        marks.add(mark);
      }
    } else {
      for (int i = 0; i <= LINEAR_MARKS; i++) {
        marks.add(min + i * (max - min) / LINEAR_MARKS);
      }
    }
    return marks;
  }

  /** Returns the text of a mark, without needless decimals. */
  static String text(double mark) {
    return mark >= 1 && mark == Math.rint(mark)
        ? String.format(Locale.ROOT, "%,.0f", mark)
        : String.format(Locale.ROOT, "%.6f", mark).replaceAll("\\.?0+$", "");
  }
}
