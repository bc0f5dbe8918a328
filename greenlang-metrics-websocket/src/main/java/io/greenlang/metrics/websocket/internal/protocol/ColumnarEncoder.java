package io.greenlang.metrics.websocket.internal.protocol;

import io.greenlang.metrics.Interval;
import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.internal.frame.ColumnEncoder;
import io.greenlang.metrics.internal.frame.ColumnMemory;
import io.greenlang.metrics.internal.frame.FrameBuffer;
import io.greenlang.metrics.internal.frame.MetricBatch;
import io.greenlang.metrics.internal.util.SeriesKey;
import io.greenlang.metrics.subscription.HistogramFields;
import io.greenlang.metrics.subscription.Subscription;
import io.greenlang.metrics.websocket.internal.columnar.ColumnWriter;
import io.greenlang.metrics.websocket.internal.columnar.ColumnWriter.Definition;
import io.greenlang.metrics.websocket.internal.columnar.MetricNumbers;
import java.io.IOException;
import java.util.List;
import org.msgpack.core.MessagePacker;

/**
 * The encoder of a view's publications in columns, as MessagePack. The message is the one of a
 * batch, with {@code series} and {@code columns} in place of {@code metrics}.
 *
 * <p>Columns carry finite numbers only. A publication with a histogram whose view requests buckets,
 * or with a number that an aggregator failed to compute, is not written in columns.
 */
final class ColumnarEncoder implements ColumnEncoder {

  private final Subscription view;
  private final ColumnWriter writer;
  private final MetricNumbers numbers = new MetricNumbers();
  private final FrameBuffer columns = new FrameBuffer();
  private Object[] keys = new Object[16];
  private long[] times = new long[16];

  ColumnarEncoder(Subscription view, ColumnMemory memory) {
    this.view = view;
    this.writer = new ColumnWriter(memory);
  }

  @Override
  public void requireKey() {
    writer.reset();
  }

  @Override
  public boolean write(MetricBatch batch, int[] indexes, int count, FrameBuffer out) {
    if (!collect(batch, indexes, count) || !writer.begin(keys, numbers)) {
      return false;
    }
    byte[] head = head(batch, indexes);
    columns.clear();
    writer.write(times, numbers, columns);
    out.put(head);
    out.put(
        MessagePackFrameEncoder.packed(
            packer -> packer.packString("columns").packBinaryHeader(columns.length())));
    out.put(columns, 0, columns.length());
    return true;
  }

  @Override
  public void close() {
    writer.close();
  }

  /** Collects the numbers of the metrics; returns whether columns can carry them. */
  private boolean collect(MetricBatch batch, int[] indexes, int count) {
    if (keys.length < count) {
      keys = new Object[2 * count];
      times = new long[2 * count];
    }
    numbers.clear();
    boolean isEncodable = true;
    for (int i = 0; i < count && isEncodable; i++) {
      keys[i] = batch.templates(indexes[i]);
      times[i] = batch.timeMillis(indexes[i]);
      isEncodable = collect(batch, indexes[i]);
    }
    return isEncodable && numbers.isEncodable();
  }

  private boolean collect(MetricBatch batch, int index) {
    HistogramFields fields = view.histogramFields();
    Aggregate aggregate = batch.fieldsOf(index);
    if (aggregate == null) {
      numbers.addMetric(batch.value(index));
      return true;
    }
    numbers.addMetric(aggregate.value());
    numbers.addCount(aggregate.count());
    AggregateFields.forEach(aggregate, batch.windowMillis(), fields, numbers::addField);
    return !AggregateFields.hasBuckets(aggregate, fields);
  }

  private byte[] head(MetricBatch batch, int[] indexes) {
    long windowMillis = batch.windowMillis();
    boolean hasSeries = !writer.definitions().isEmpty();
    int optional = (writer.isKey() ? 1 : 0) + (windowMillis > 0 ? 1 : 0) + (hasSeries ? 1 : 0);
    return MessagePackFrameEncoder.packed(
        packer -> {
          packer.packMapHeader(3 + optional);
          packer.packString("type").packString("metrics");
          packer.packString("channel").packString(view.channel().name());
          if (writer.isKey()) {
            packer.packString("key").packBoolean(true);
          }
          if (windowMillis > 0) {
            packer.packString("interval").packString(Interval.label(windowMillis));
          }
          packDefinitions(batch, indexes, packer);
        });
  }

  private void packDefinitions(MetricBatch batch, int[] indexes, MessagePacker packer)
      throws IOException {
    List<Definition> definitions = writer.definitions();
    if (!definitions.isEmpty()) {
      packer.packString("series").packArrayHeader(definitions.size());
    }
    for (Definition each : definitions) {
      pack(each, batch.series(indexes[each.metric()]), packer);
    }
  }

  private static void pack(Definition definition, SeriesKey series, MessagePacker packer)
      throws IOException {
    List<String> fields = definition.fields();
    packer.packArrayHeader(fields.isEmpty() ? 3 : 4);
    packer.packString(series.name()).packString(series.type().name());
    MessagePackFrameEncoder.packTags(packer, series.tags());
    if (!fields.isEmpty()) {
      packer.packArrayHeader(fields.size());
      for (String field : fields) {
        packer.packString(field);
      }
    }
  }
}
