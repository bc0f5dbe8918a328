package io.greenlang.metrics.internal.frame;

import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.frame.Encoding;
import io.greenlang.metrics.internal.sample.StatisticAggregate;
import io.greenlang.metrics.internal.util.SeriesKey;
import io.greenlang.metrics.subscription.HistogramFields;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The metrics of one publication with their series resolved. Each metric is encoded at most once
 * per encoding, regardless of how many feeds select it. Reused for successive publications; used
 * under the channel lock.
 */
public final class MetricBatch {

  private SeriesTemplate.@Nullable Cache[] series = new SeriesTemplate.@Nullable Cache[16];
  private double[] values = new double[16];

  /** The aggregate behind a value, if the value is the result of a window. */
  private @Nullable Aggregate[] aggregates = new @Nullable Aggregate[16];

  private long[] times = new long[16];

  /** The length of the windows in milliseconds; 0 for raw samples. */
  private long windowMillis;

  private int size;

  /** The variants in use without further fields, which most feeds share. */
  private final Map<Encoding, EncodedMetrics> plain = new EnumMap<>(Encoding.class);

  /** The variants with further fields of histograms; removed once a batch does not use them. */
  private final Map<Variant, EncodedMetrics> further = new HashMap<>();

  private record Variant(Encoding encoding, HistogramFields fields) {}

  /** The metrics written so far in one encoding, with the same fields. */
  private static final class EncodedMetrics {
    final FrameBuffer bytes = new FrameBuffer();
    int[] starts = new int[0];
    int[] ends = new int[0];
    boolean used;

    /** Clears the metrics of an earlier batch. */
    void begin(int size, int capacity) {
      bytes.clear();
      if (starts.length < size) {
        ends = new int[capacity];
        starts = new int[capacity];
      }
      Arrays.fill(starts, 0, size, -1);
      used = true; // last: after a failure, the next feed begins again
    }
  }

  /**
   * Creates an empty batch.
   *
   * @param windowMillis the length of the windows in milliseconds; 0 for raw samples
   */
  public MetricBatch(long windowMillis) {
    this.windowMillis = windowMillis;
    for (Encoding encoding : Encoding.values()) {
      plain.put(encoding, new EncodedMetrics());
    }
  }

  /**
   * Clears the batch for values of windows of the given length in milliseconds; 0 for raw samples.
   */
  public void reset(long windowMillis) {
    clear();
    this.windowMillis = windowMillis;
  }

  /** Removes all metrics. */
  public void clear() {
    Arrays.fill(series, 0, size, null);
    Arrays.fill(aggregates, 0, size, null);
    size = 0;
    for (EncodedMetrics each : plain.values()) {
      each.used = false;
    }
    if (!further.isEmpty()) {
      further.values().removeIf(each -> !each.used);
      further.values().forEach(each -> each.used = false);
    }
  }

  /** Adds a metric and returns its index. */
  public int add(
      SeriesTemplate.Cache templates,
      double value,
      @Nullable Aggregate aggregate,
      long timeMillis) {
    if (size == values.length) {
      grow();
    }
    series[size] = templates;
    values[size] = value;
    aggregates[size] = aggregate;
    times[size] = timeMillis;
    return size++;
  }

  private void grow() {
    series = Arrays.copyOf(series, 2 * size);
    aggregates = Arrays.copyOf(aggregates, 2 * size);
    times = Arrays.copyOf(times, 2 * size);
    values = Arrays.copyOf(values, 2 * size); // last: its length shows whether all have grown
  }

  /** Returns the number of metrics. */
  public int size() {
    return size;
  }

  /** Returns the length of the windows in milliseconds; 0 for raw samples. */
  public long windowMillis() {
    return windowMillis;
  }

  /** Returns the series of metric {@code index}. */
  public SeriesKey series(int index) {
    return templates(index).key();
  }

  /** Returns the templates of metric {@code index}, one object for all metrics of a series. */
  public SeriesTemplate.Cache templates(int index) {
    SeriesTemplate.Cache result = series[index];
    if (result == null) {
      throw new IndexOutOfBoundsException(index);
    }
    return result;
  }

  /** Returns the value of metric {@code index}. */
  public double value(int index) {
    return values[index];
  }

  /** Returns the aggregate behind the value of metric {@code index}; null if it is a sample. */
  @Nullable Aggregate aggregate(int index) {
    return aggregates[index];
  }

  /**
   * Returns the aggregate whose fields the message of metric {@code index} has; null if it has a
   * value only.
   */
  public @Nullable Aggregate fieldsOf(int index) {
    Aggregate aggregate = aggregates[index];
    return windowMillis == 0 && aggregate instanceof StatisticAggregate ? null : aggregate;
  }

  /** Returns the timestamp of metric {@code index} in epoch milliseconds. */
  public long timeMillis(int index) {
    return times[index];
  }

  /**
   * Encodes those of the metrics at {@code indexes} that were not encoded before, in the same
   * encoding and with the same fields.
   *
   * @return whether this was the first write of that kind
   */
  boolean write(FrameEncoder encoder, HistogramFields fields, int[] indexes, int count) {
    EncodedMetrics output = written(encoder.encoding(), fields);
    boolean first = !output.used;
    if (first) {
      output.begin(size, values.length);
    }
    for (int i = 0; i < count; i++) {
      int index = indexes[i];
      if (output.starts[index] < 0) {
        int start = output.bytes.length();
        encode(encoder, fields, index, output.bytes);
        output.ends[index] = output.bytes.length();
        output.starts[index] = start; // last: no other feed copies a part of a message
      }
    }
    return first;
  }

  private void encode(FrameEncoder encoder, HistogramFields fields, int index, FrameBuffer out) {
    SeriesTemplate template = templates(index).get(encoder);
    Aggregate aggregate = fieldsOf(index);
    if (aggregate == null) {
      encoder.metric(template, values[index], times[index], out);
    } else {
      encoder.aggregate(template, aggregate, times[index], windowMillis, fields, out);
    }
  }

  /**
   * Returns the length of metric {@code index} in bytes. It must have been written in that encoding
   * with these fields.
   */
  int length(Encoding encoding, HistogramFields fields, int index) {
    EncodedMetrics output = written(encoding, fields);
    return output.ends[index] - output.starts[index];
  }

  /**
   * Appends metric {@code index} to {@code out}. It must have been written in that encoding with
   * these fields.
   */
  void copy(Encoding encoding, HistogramFields fields, int index, FrameBuffer out) {
    EncodedMetrics output = written(encoding, fields);
    out.put(output.bytes, output.starts[index], output.ends[index] - output.starts[index]);
  }

  private EncodedMetrics written(Encoding encoding, HistogramFields fields) {
    return fields.equals(HistogramFields.NONE)
        ? Objects.requireNonNull(plain.get(encoding))
        : further.computeIfAbsent(new Variant(encoding, fields), key -> new EncodedMetrics());
  }
}
