package io.greenlang.metrics.websocket.internal.protocol;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Interval;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.codec.JsonNumber;
import io.greenlang.metrics.frame.Encoding;
import io.greenlang.metrics.internal.frame.FrameBuffer;
import io.greenlang.metrics.internal.frame.FrameEncoder;
import io.greenlang.metrics.internal.frame.SeriesTemplate;
import io.greenlang.metrics.internal.util.SeriesKey;
import io.greenlang.metrics.subscription.HistogramFields;
import io.greenlang.metrics.subscription.StreamPosition;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The encoder of metrics as JSON. Each metric consists of two precomputed byte arrays with a number
 * and a time between them. Jackson escapes strings.
 */
public final class JsonFrameEncoder implements FrameEncoder {

  /** The shared, stateless instance. */
  public static final JsonFrameEncoder INSTANCE = new JsonFrameEncoder();

  private static final byte[] TIMESTAMP = ascii(",\"timestamp\":\"");
  private static final byte[] OFFSET = ascii(",\"offset\":");
  private static final byte[] REPLAYED = ascii(",\"replayed\":true");
  private static final byte[] END_OF_LIST = ascii("]}");

  private JsonFrameEncoder() {}

  @Override
  public Encoding encoding() {
    return Encoding.JSON;
  }

  @Override
  public SeriesTemplate prepare(SeriesKey series) {
    FrameBuffer before = new FrameBuffer();
    before.putAscii("{\"channel\":");
    text(series.channel().name(), before);
    before.putAscii(",\"name\":");
    text(series.name(), before);
    before.putAscii(",\"type\":");
    text(series.type().name(), before);
    before.putAscii(",\"value\":");
    FrameBuffer after = new FrameBuffer();
    after.putAscii(",\"tags\":");
    tags(series.tags(), after);
    after.put('}');
    return new SeriesTemplate(before.toByteArray(), after.toByteArray());
  }

  @Override
  public void metric(SeriesTemplate series, double value, long timeMillis, FrameBuffer out) {
    out.put(series.prefix());
    out.putAscii(JsonNumber.format(value));
    out.put(TIMESTAMP);
    out.putAscii(MessageCodec.formatTime(timeMillis));
    out.put('"');
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
    out.put(series.prefix());
    out.putAscii(JsonNumber.format(aggregate.value()));
    out.put(TIMESTAMP);
    out.putAscii(MessageCodec.formatTime(startMillis));
    out.put('"');
    if (lengthMillis > 0) {
      out.putAscii(",\"interval\":\"");
      out.putAscii(Interval.label(lengthMillis));
      out.put('"');
    }
    out.putAscii(",\"count\":");
    out.putAscii(Long.toString(aggregate.count()));
    AggregateFields.forEach(
        aggregate, lengthMillis, fields, (name, value) -> member(name, value, out));
    HistogramBuckets buckets = AggregateFields.buckets(aggregate, fields);
    if (buckets != null) {
      // Runs of integers, which JSON writes as Java does.
      out.putAscii(",\"buckets\":{");
      out.putAscii(
          buckets.toMap().entrySet().stream()
              .map(each -> '"' + each.getKey() + "\":" + each.getValue())
              .collect(Collectors.joining(","))
              .replace(" ", ""));
      out.put('}');
    }
    out.put(series.suffix());
  }

  @Override
  public void beginBatch(Channel channel, int count, FrameBuffer out) {
    out.putAscii("{\"type\":\"metrics\",\"channel\":");
    text(channel.name(), out);
    out.putAscii(",\"metrics\":[");
  }

  @Override
  public void separateBatch(FrameBuffer out) {
    out.put(',');
  }

  @Override
  public void endBatch(FrameBuffer out) {
    out.put(END_OF_LIST);
  }

  @Override
  public void snapshot(
      Channel channel, Tags tags, long timeMillis, Map<String, Object> values, FrameBuffer out) {
    out.putAscii("{\"channel\":");
    text(channel.name(), out);
    out.put(TIMESTAMP);
    out.putAscii(MessageCodec.formatTime(timeMillis));
    out.put('"');
    if (!tags.isEmpty()) {
      out.putAscii(",\"tags\":");
      tags(tags, out);
    }
    out.put(',');
    members(values, out);
    out.put('}');
  }

  @Override
  public void annotate(
      FrameBuffer message,
      int from,
      int length,
      @Nullable Long offset,
      boolean replayed,
      FrameBuffer out) {
    out.put(message, from, length - 1); // all but the closing brace
    if (offset != null) {
      out.put(OFFSET);
      out.putAscii(Long.toString(offset));
    }
    if (replayed) {
      out.put(REPLAYED);
    }
    out.put('}');
  }

  @Override
  public void lagged(Channel channel, long missed, FrameBuffer out) {
    out.putAscii("{\"type\":\"lagged\",\"channel\":");
    text(channel.name(), out);
    out.putAscii(",\"missed\":");
    out.putAscii(Long.toString(missed));
    out.put('}');
  }

  @Override
  public void gap(
      Channel channel, @Nullable Long missed, @Nullable StreamPosition position, FrameBuffer out) {
    out.putAscii("{\"type\":\"lagged\",\"channel\":");
    text(channel.name(), out);
    out.putAscii(",\"missed\":");
    out.putAscii(String.valueOf(missed));
    if (position != null) {
      out.putAscii(",\"epoch\":");
      text(position.epoch(), out);
      out.putAscii(",\"offset\":");
      out.putAscii(Long.toString(position.offset()));
    }
    out.put('}');
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
    out.putAscii("{\"type\":\"lagged\",\"channel\":");
    text(channel.name(), out);
    out.putAscii(",\"missed\":");
    out.putAscii(Long.toString(missed));
    out.putAscii(",\"reason\":\"" + reason + "\"}");
  }

  private static void member(String name, double value, FrameBuffer out) {
    out.put(',');
    text(name, out);
    out.put(':');
    out.putAscii(JsonNumber.format(value));
  }

  private static void members(Map<String, Object> values, FrameBuffer out) {
    boolean first = true;
    for (Map.Entry<String, Object> entry : values.entrySet()) {
      if (!first) {
        out.put(',');
      }
      first = false;
      text(entry.getKey(), out);
      out.put(':');
      memberValue(entry.getValue(), out);
    }
  }

  private static void memberValue(Object value, FrameBuffer out) {
    if (value instanceof Map<?, ?> child) {
      out.put('{');
      @SuppressWarnings("unchecked") // FrameEncoder.snapshot: nested maps of the same kind
      Map<String, Object> nested = (Map<String, Object>) child;
      members(nested, out);
      out.put('}');
    } else {
      out.putAscii(JsonNumber.format((Double) value));
    }
  }

  private static void tags(Tags tags, FrameBuffer out) {
    out.put('{');
    int[] count = {0};
    tags.forEach(
        (key, value) -> {
          if (count[0]++ > 0) {
            out.put(',');
          }
          text(key, out);
          out.put(':');
          text(value, out);
        });
    out.put('}');
  }

  private static void text(String text, FrameBuffer out) {
    out.put('"');
    out.put(JsonStringEncoder.getInstance().quoteAsUTF8(text));
    out.put('"');
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
