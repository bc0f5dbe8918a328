package io.greenlang.metrics.websocket.internal.columnar;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of the metrics of one publication: the value of each, and the fields of those that
 * are aggregates. Reused for successive publications; used by one thread at a time.
 */
public final class MetricNumbers {

  /** Integers up to this magnitude are exact in every client. */
  private static final long MAX_INTEGER = 1L << 51;

  private double[] numbers = new double[16];
  private @Nullable String[] names = new @Nullable String[16];
  private int size;

  /** The index of the first number of each metric. */
  private int[] starts = new int[16];

  private int metrics;
  private boolean encodable;

  /** Removes all numbers. */
  public void clear() {
    size = 0;
    metrics = 0;
    encodable = true;
  }

  /** Begins a metric with its value. */
  public void addMetric(double value) {
    if (metrics == starts.length) {
      starts = Arrays.copyOf(starts, 2 * metrics);
    }
    starts[metrics++] = size;
    add(null, value);
  }

  /** Adds the field {@code count} to the latest metric, which has further fields then. */
  public void addCount(long count) {
    encodable &= Math.abs(count) <= MAX_INTEGER;
    add("count", (double) count);
  }

  /** Adds a field to the latest metric. */
  public void addField(String name, double number) {
    add(name, number);
  }

  private void add(@Nullable String name, double number) {
    if (size == numbers.length) {
      numbers = Arrays.copyOf(numbers, 2 * size);
      names = Arrays.copyOf(names, 2 * size);
    }
    encodable &= Double.isFinite(number);
    names[size] = name;
    numbers[size++] = number;
  }

  /** Returns whether columns can carry all of the numbers. */
  public boolean isEncodable() {
    return encodable;
  }

  /** Returns the number of metrics. */
  int metrics() {
    return metrics;
  }

  /** Returns the index of the value of a metric; its fields follow. */
  int start(int metric) {
    return starts[metric];
  }

  /** Returns the index after the last number of a metric. */
  int end(int metric) {
    return metric + 1 < metrics ? starts[metric + 1] : size;
  }

  double number(int index) {
    return numbers[index];
  }

  /** Returns the names of the fields of a metric. */
  List<String> fields(int metric) {
    return List.of(Arrays.copyOfRange(names, start(metric) + 1, end(metric), String[].class));
  }

  /** Returns whether a metric has these fields, in this order. */
  boolean hasFields(int metric, List<String> fields) {
    int first = start(metric) + 1;
    if (fields.size() != end(metric) - first) {
      return false;
    }
    for (int i = 0; i < fields.size(); i++) {
      if (!fields.get(i).equals(names[first + i])) {
        return false;
      }
    }
    return true;
  }
}
