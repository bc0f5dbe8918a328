package io.greenlang.metrics.feed;

import io.greenlang.metrics.aggregate.Aggregate;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The metrics of one publication with their series found, each encoded at most once per encoding
 * however many feeds want it. Reused for one publication after the other; under the channel's lock.
 */
final class MetricBlock {

  private @Nullable Series[] series = new @Nullable Series[16];
  private double[] values = new double[16];

  /** What a value stands for, if it is of a window. */
  private @Nullable Aggregate[] aggregates = new @Nullable Aggregate[16];

  private long[] times = new long[16];

  /** How long the windows are that the values are of; 0 if they are of none. */
  private long windowMillis;

  private int size;
  private final Map<Encoding, Written> written = new EnumMap<>(Encoding.class);

  /** The messages written so far in one encoding. */
  private static final class Written {
    final FrameBuffer bytes = new FrameBuffer();
    int[] starts = new int[0];
    int[] ends = new int[0];
    boolean used;
  }

  /**
   * An empty block.
   *
   * @param windowMillis how long the windows are that the values are of; 0 if they are of none
   */
  MetricBlock(long windowMillis) {
    this.windowMillis = windowMillis;
    for (Encoding encoding : Encoding.values()) {
      written.put(encoding, new Written());
    }
  }

  /** Begins anew, with values of windows of that length; 0 if they are of none. */
  void begin(long ofWindowMillis) {
    clear();
    windowMillis = ofWindowMillis;
  }

  void clear() {
    Arrays.fill(series, 0, size, null);
    Arrays.fill(aggregates, 0, size, null);
    size = 0;
    for (Written each : written.values()) {
      each.used = false;
    }
  }

  /** Adds a metric and tells its index. */
  int add(Series itsSeries, double value, @Nullable Aggregate aggregate, long timeMillis) {
    if (size == values.length) {
      series = Arrays.copyOf(series, 2 * size);
      values = Arrays.copyOf(values, 2 * size);
      aggregates = Arrays.copyOf(aggregates, 2 * size);
      times = Arrays.copyOf(times, 2 * size);
    }
    series[size] = itsSeries;
    values[size] = value;
    aggregates[size] = aggregate;
    times[size] = timeMillis;
    return size++;
  }

  int size() {
    return size;
  }

  Series series(int index) {
    Series found = series[index];
    if (found == null) {
      throw new IndexOutOfBoundsException(index);
    }
    return found;
  }

  double value(int index) {
    return values[index];
  }

  long timeMillis(int index) {
    return times[index];
  }

  /**
   * Makes sure that the metrics of {@code indexes} are written by {@code encoder}.
   *
   * @return whether this was the first time for that encoding
   */
  boolean write(FrameEncoder encoder, int[] indexes, int count) {
    Written in = written(encoder.encoding());
    boolean first = !in.used;
    if (first) {
      in.used = true;
      in.bytes.clear();
      if (in.starts.length < size) {
        in.starts = new int[values.length];
        in.ends = new int[values.length];
      }
      Arrays.fill(in.starts, 0, size, -1);
    }
    for (int i = 0; i < count; i++) {
      int index = indexes[i];
      if (in.starts[index] < 0) {
        in.starts[index] = in.bytes.length();
        encode(encoder, index, in.bytes);
        in.ends[index] = in.bytes.length();
      }
    }
    return first;
  }

  private void encode(FrameEncoder encoder, int index, FrameBuffer out) {
    EncodedSeries prepared = series(index).encodedBy(encoder);
    Aggregate aggregate = aggregates[index];
    if (aggregate == null) {
      encoder.metric(prepared, values[index], times[index], out);
    } else {
      encoder.aggregate(prepared, aggregate, times[index], windowMillis, out);
    }
  }

  /** How long metric {@code index} is in that encoding; it must be written. */
  int length(Encoding encoding, int index) {
    Written in = written(encoding);
    return in.ends[index] - in.starts[index];
  }

  /** Appends metric {@code index} in that encoding; it must be written. */
  void copy(Encoding encoding, int index, FrameBuffer out) {
    Written in = written(encoding);
    out.put(in.bytes, in.starts[index], length(encoding, index));
  }

  private Written written(Encoding encoding) {
    return Objects.requireNonNull(written.get(encoding));
  }
}
