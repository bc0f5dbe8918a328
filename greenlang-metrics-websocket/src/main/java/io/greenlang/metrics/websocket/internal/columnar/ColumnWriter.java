package io.greenlang.metrics.websocket.internal.columnar;

import io.greenlang.metrics.internal.frame.ColumnMemory;
import io.greenlang.metrics.internal.frame.FrameBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A writer of the columns of one view. It knows what the readers know after the messages so far:
 * the series, and the latest numbers of each. Used by one thread at a time.
 */
public final class ColumnWriter {

  /**
   * A series that the readers do not know yet.
   *
   * @param metric the first metric of the series in the publication
   * @param fields the names of its fields; empty if it has only a value
   */
  public record Definition(int metric, List<String> fields) {}

  /** The memory of a series without fields: its entry, its lane, and its share of the buffers. */
  private static final int SERIES_BYTES = 192;

  private static final int FIELD_BYTES = 32;

  /** The number of publications without columns after the memory was exhausted. */
  private static final int PAUSE = 64;

  private final ColumnMemory memory;
  private long reservedBytes;
  private int pause;

  private SeriesDictionary dictionary = new SeriesDictionary();
  private NumberLanes lanes = new NumberLanes();
  private final SeriesColumn seriesColumn = new SeriesColumn();
  private final TimeColumn timeColumn = new TimeColumn();
  private final List<Definition> definitions = new ArrayList<>();

  /** The ids and the first lanes of the metrics of this publication. */
  private int[] ids = new int[16];

  private int[] firstLanes = new int[16];

  private byte[] changes = new byte[16];
  private final FrameBuffer numberBytes = new FrameBuffer();

  private boolean isKey = true;

  /** Creates a writer whose readers know nothing. */
  public ColumnWriter(ColumnMemory memory) {
    this.memory = memory;
  }

  /** Forgets everything: the next publication is written for readers that know nothing. */
  public void reset() {
    isKey = true;
  }

  /**
   * Resolves the series of a publication. {@link #write} follows if there is memory for them.
   *
   * @param keys identifies the series of each metric
   * @return false if the memory is exhausted; the writer is reset then
   */
  public boolean begin(Object[] keys, MetricNumbers numbers) {
    if (pause > 0) {
      pause--;
      return false;
    }
    isKey |= dictionary.beginPublication();
    if (isKey) {
      clear();
    }
    definitions.clear();
    ensureCapacity(numbers.metrics());
    for (int i = 0; i < numbers.metrics(); i++) {
      if (!resolve(i, keys[i], numbers)) {
        close();
        return false;
      }
    }
    return true;
  }

  private void clear() {
    dictionary.clear();
    lanes.clear();
    timeColumn.clear();
    release();
  }

  private void ensureCapacity(int metrics) {
    if (ids.length < metrics) {
      ids = new int[2 * metrics];
      firstLanes = new int[2 * metrics];
    }
  }

  /** Resolves the series of a metric; returns whether there is memory for it. */
  private boolean resolve(int metric, Object key, MetricNumbers numbers) {
    int likelyId = metric == 0 ? 0 : ids[metric - 1] + 1;
    SeriesDictionary.Entry entry = dictionary.find(key, numbers, metric, likelyId);
    if (entry == null) {
      entry = define(metric, key, numbers.fields(metric));
    }
    if (entry == null) {
      return false;
    }
    ids[metric] = entry.id;
    firstLanes[metric] = entry.firstLane;
    return true;
  }

  /** Defines a series; returns null if there is no memory for it. */
  private SeriesDictionary.@Nullable Entry define(int metric, Object key, List<String> fields) {
    long bytes = SERIES_BYTES + (long) FIELD_BYTES * fields.size();
    if (!memory.tryReserve(bytes)) {
      return null;
    }
    reservedBytes += bytes;
    definitions.add(new Definition(metric, fields));
    return dictionary.add(key, fields, lanes.add(1 + fields.size()));
  }

  private void release() {
    memory.release(reservedBytes);
    reservedBytes = 0;
  }

  /** Releases the memory, and pauses. */
  public void close() {
    isKey = true;
    pause = PAUSE;
    dictionary = new SeriesDictionary();
    lanes = new NumberLanes();
    release();
  }

  /** Returns whether the readers of this publication need not know earlier ones. */
  public boolean isKey() {
    return isKey;
  }

  /** Returns the new series, in the order of their ids. */
  public List<Definition> definitions() {
    return definitions;
  }

  /**
   * Appends the columns of the publication.
   *
   * @param times the timestamps of the metrics, in epoch milliseconds
   */
  public void write(long[] times, MetricNumbers numbers, FrameBuffer out) {
    int count = numbers.metrics();
    out.putVarInt(count);
    seriesColumn.write(ids, count, dictionary.size(), out);
    timeColumn.write(times, count, isKey, out);
    writeNumbers(numbers, out);
    isKey = false;
  }

  private void writeNumbers(MetricNumbers numbers, FrameBuffer out) {
    int total = numbers.end(numbers.metrics() - 1);
    int bitmapBytes = (total + Byte.SIZE - 1) / Byte.SIZE;
    if (changes.length < bitmapBytes) {
      changes = new byte[2 * bitmapBytes];
    }
    Arrays.fill(changes, 0, bitmapBytes, (byte) 0);
    numberBytes.clear();
    for (int metric = 0; metric < numbers.metrics(); metric++) {
      writeChanges(metric, numbers);
    }
    out.put(changes, 0, bitmapBytes);
    out.put(numberBytes, 0, numberBytes.length());
  }

  private void writeChanges(int metric, MetricNumbers numbers) {
    int first = numbers.start(metric);
    for (int i = first; i < numbers.end(metric); i++) {
      if (lanes.write(firstLanes[metric] + i - first, numbers.number(i), numberBytes)) {
        changes[i / Byte.SIZE] |= (byte) (1 << i % Byte.SIZE);
      }
    }
  }
}
