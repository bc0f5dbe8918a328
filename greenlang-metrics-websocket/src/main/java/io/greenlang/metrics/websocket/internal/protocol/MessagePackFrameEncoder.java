package io.greenlang.metrics.websocket.internal.protocol;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Interval;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.frame.Encoding;
import io.greenlang.metrics.internal.frame.ColumnEncoder;
import io.greenlang.metrics.internal.frame.ColumnMemory;
import io.greenlang.metrics.internal.frame.FrameBuffer;
import io.greenlang.metrics.internal.frame.FrameEncoder;
import io.greenlang.metrics.internal.frame.SeriesTemplate;
import io.greenlang.metrics.internal.util.SeriesKey;
import io.greenlang.metrics.subscription.HistogramFields;
import io.greenlang.metrics.subscription.StreamPosition;
import io.greenlang.metrics.subscription.Subscription;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessagePacker;

/**
 * The encoder of metrics as MessagePack, with the same fields as in JSON. From metric to metric,
 * only a float64 and a short string change, so only these two are written by hand.
 */
public final class MessagePackFrameEncoder implements FrameEncoder {

  /** The shared, stateless instance. */
  public static final MessagePackFrameEncoder INSTANCE = new MessagePackFrameEncoder();

  /**
   * Replaces a number that an aggregate failed to return. JSON has no NaN, so this encoding has
   * none either.
   */
  private static final int NIL = 0xc0;

  private static final int FLOAT64 = 0xcb;
  private static final int FIXSTR = 0xa0;
  private static final int FIXMAP = 0x80;
  private static final int MAP16 = 0xde;

  /** The number of fields that every metric has. */
  private static final int FIELDS = 6;

  /**
   * The maximum size of a fixmap. A metric with a stream position, or one from an application's
   * aggregator, can have more fields.
   */
  private static final int MAX_FIXMAP = 15;

  private static final byte[] REPLAYED =
      packed(packer -> packer.packString("replayed").packBoolean(true));

  private static final byte[] TIMESTAMP_KEY = packed(packer -> packer.packString("timestamp"));

  @FunctionalInterface
  interface Packing {
    void to(MessagePacker packer) throws IOException;
  }

  private MessagePackFrameEncoder() {}

  @Override
  public Encoding encoding() {
    return Encoding.MESSAGEPACK;
  }

  @Override
  public SeriesTemplate prepare(SeriesKey series) {
    byte[] before =
        packed(
            packer -> {
              packer.packString("channel").packString(series.channel().name());
              packer.packString("name").packString(series.name());
              packer.packString("type").packString(series.type().name());
              packer.packString("value");
            });
    byte[] after =
        packed(
            packer -> {
              packer.packString("tags");
              packTags(packer, series.tags());
            });
    return new SeriesTemplate(before, after);
  }

  @Override
  public void metric(SeriesTemplate series, double value, long timeMillis, FrameBuffer out) {
    out.put(FIXMAP | FIELDS);
    writeHead(series, value, timeMillis, out);
    out.put(series.suffix());
  }

  @Override
  public void aggregate(
      SeriesTemplate series,
      Aggregate aggregate,
      long startMillis,
      long lengthMillis,
      HistogramFields fields,
      FrameBuffer out) {
    Map<String, Object> aggregateFields = new LinkedHashMap<>();
    AggregateFields.forEach(aggregate, lengthMillis, fields, aggregateFields::put);
    HistogramBuckets buckets = AggregateFields.buckets(aggregate, fields);
    if (buckets != null) {
      aggregateFields.put("buckets", buckets.toMap());
    }
    mapHeader(FIELDS + (lengthMillis > 0 ? 2 : 1) + aggregateFields.size(), out);
    writeHead(series, aggregate.value(), startMillis, out);
    out.put(
        packed(
            packer -> {
              if (lengthMillis > 0) {
                packer.packString("interval").packString(Interval.label(lengthMillis));
              }
              packer.packString("count").packLong(aggregate.count());
              packMembers(packer, aggregateFields);
            }));
    out.put(series.suffix());
  }

  private static void mapHeader(int fields, FrameBuffer out) {
    if (fields <= MAX_FIXMAP) {
      out.put(FIXMAP | fields);
    } else {
      out.put(MAP16);
      out.putShort(fields);
    }
  }

  private static void writeHead(
      SeriesTemplate series, double value, long timeMillis, FrameBuffer out) {
    out.put(series.prefix());
    if (Double.isFinite(value)) {
      out.put(FLOAT64);
      out.putDouble(value);
    } else {
      out.put(NIL);
    }
    out.put(TIMESTAMP_KEY);
    timestamp(timeMillis, out);
  }

  @Override
  public ColumnEncoder columns(Subscription view, ColumnMemory memory) {
    return new ColumnarEncoder(view, memory);
  }

  @Override
  public void beginBatch(Channel channel, int count, FrameBuffer out) {
    out.put(
        packed(
            packer -> {
              packer.packMapHeader(3);
              packer.packString("type").packString("metrics");
              packer.packString("channel").packString(channel.name());
              packer.packString("metrics").packArrayHeader(count);
            }));
  }

  @Override
  public void separateBatch(FrameBuffer out) {
    // The header of each map determines where the metric ends.
  }

  @Override
  public void endBatch(FrameBuffer out) {
    // The count in the list's header determines where the list ends.
  }

  @Override
  public void snapshot(
      Channel channel, Tags tags, long timeMillis, Map<String, Object> values, FrameBuffer out) {
    out.put(
        packed(
            packer -> {
              packer.packMapHeader(values.size() + (tags.isEmpty() ? 2 : 3));
              packer.packString("channel").packString(channel.name());
              packer.packString("timestamp").packString(MessageCodec.formatTime(timeMillis));
              if (!tags.isEmpty()) {
                packer.packString("tags");
                packTags(packer, tags);
              }
              packMembers(packer, values);
            }));
  }

  @Override
  public void annotate(
      FrameBuffer message,
      int from,
      int length,
      @Nullable Long offset,
      boolean replayed,
      FrameBuffer out) {
    boolean wide = message.get(from) == MAP16;
    int header = wide ? 3 : 1;
    int fields =
        wide ? message.get(from + 1) << 8 | message.get(from + 2) : message.get(from) - FIXMAP;
    mapHeader(fields + (offset == null ? 0 : 1) + (replayed ? 1 : 0), out);
    out.put(message, from + header, length - header);
    if (offset != null) {
      long streamOffset = offset;
      out.put(packed(packer -> packer.packString("offset").packLong(streamOffset)));
    }
    if (replayed) {
      out.put(REPLAYED);
    }
  }

  @Override
  public void lagged(Channel channel, long missed, FrameBuffer out) {
    out.put(
        packed(
            packer -> {
              packer.packMapHeader(3);
              packer.packString("type").packString("lagged");
              packer.packString("channel").packString(channel.name());
              packer.packString("missed").packLong(missed);
            }));
  }

  @Override
  public void gap(
      Channel channel, @Nullable Long missed, @Nullable StreamPosition position, FrameBuffer out) {
    out.put(
        packed(
            packer -> {
              packer.packMapHeader(position == null ? 3 : 5);
              packer.packString("type").packString("lagged");
              packer.packString("channel").packString(channel.name());
              packMissed(packer, missed);
              if (position != null) {
                packer.packString("epoch").packString(position.epoch());
                packer.packString("offset").packLong(position.offset());
              }
            }));
  }

  @Override
  public void dropped(Channel channel, long missed, FrameBuffer out) {
    lagged(channel, missed, "series_limit", out);
  }

  @Override
  public void overBudget(Channel channel, long missed, FrameBuffer out) {
    lagged(channel, missed, "memory", out);
  }

  private static void lagged(Channel channel, long missed, String reason, FrameBuffer out) {
    out.put(
        packed(
            packer -> {
              packer.packMapHeader(4);
              packer.packString("type").packString("lagged");
              packer.packString("channel").packString(channel.name());
              packer.packString("missed").packLong(missed);
              packer.packString("reason").packString(reason);
            }));
  }

  private static void packMissed(MessagePacker packer, @Nullable Long missed) throws IOException {
    packer.packString("missed");
    if (missed == null) {
      packer.packNil();
    } else {
      packer.packLong(missed);
    }
  }

  private static void packMembers(MessagePacker packer, Map<?, ?> values) throws IOException {
    for (Map.Entry<?, ?> entry : values.entrySet()) {
      packer.packString((String) entry.getKey());
      packValue(packer, entry.getValue());
    }
  }

  private static void packValue(MessagePacker packer, Object value) throws IOException {
    if (value instanceof Map<?, ?> child) {
      packer.packMapHeader(child.size());
      packMembers(packer, child);
    } else if (value instanceof List<?> list) {
      packer.packArrayHeader(list.size());
      for (Object element : list) {
        packValue(packer, element);
      }
    } else if (value instanceof Long integer) {
      packer.packLong(integer);
    } else if (value instanceof Double number && Double.isFinite(number)) {
      packer.packDouble(number);
    } else {
      packer.packNil();
    }
  }

  static void packTags(MessagePacker packer, Tags tags) throws IOException {
    packer.packMapHeader(tags.size());
    for (Map.Entry<String, String> tag : tags.asMap().entrySet()) {
      packer.packString(tag.getKey()).packString(tag.getValue());
    }
  }

  private static void timestamp(long timeMillis, FrameBuffer out) {
    String text = MessageCodec.formatTime(timeMillis); // ASCII, and at most 24 bytes of fixstr's 31
    out.put(FIXSTR | text.length());
    out.putAscii(text);
  }

  static byte[] packed(Packing packing) {
    try (MessageBufferPacker packer = MessagePack.newDefaultBufferPacker()) {
      packing.to(packer);
      return packer.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException("failed to write MessagePack to memory", e);
    }
  }
}
