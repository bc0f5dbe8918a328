package io.greenlang.metrics.internal.channel;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Interval;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.frame.Encoding;
import io.greenlang.metrics.internal.frame.FrameBuffer;
import io.greenlang.metrics.internal.frame.FrameEncoder;
import io.greenlang.metrics.internal.frame.SeriesTemplate;
import io.greenlang.metrics.internal.util.SeriesKey;
import io.greenlang.metrics.subscription.HistogramFields;
import io.greenlang.metrics.subscription.StreamPosition;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An encoder whose messages are readable in tests: {@code M name{tags}=value}, {@code L missed};
 * with an offset, {@code #offset}.
 */
public final class PlainEncoder implements FrameEncoder {

  public static final PlainEncoder INSTANCE = new PlainEncoder();

  @Override
  public Encoding encoding() {
    return Encoding.JSON;
  }

  @Override
  public SeriesTemplate prepare(SeriesKey series) {
    String key = "M " + series.name() + series.tags() + "=";
    return new SeriesTemplate(key.getBytes(StandardCharsets.UTF_8), new byte[0]);
  }

  @Override
  public void metric(SeriesTemplate template, double value, long timeMillis, FrameBuffer out) {
    out.put(template.prefix());
    out.putAscii(Long.toString((long) value));
  }

  @Override
  public void aggregate(
      SeriesTemplate template,
      Aggregate aggregate,
      long startMillis,
      long lengthMillis,
      HistogramFields fields,
      FrameBuffer out) {
    out.put(template.prefix());
    out.putAscii(aggregate.value() + " n=" + aggregate.count() + " @" + startMillis);
    if (Interval.ofLabel(Interval.label(lengthMillis)) == null) {
      out.putAscii("+" + Interval.label(lengthMillis));
    }
    aggregate.forEachField(lengthMillis, (name, number) -> out.putAscii(" " + name + number));
  }

  @Override
  public void beginBatch(Channel channel, int count, FrameBuffer out) {
    out.putAscii("B" + count + "[");
  }

  @Override
  public void separateBatch(FrameBuffer out) {
    out.put(';');
  }

  @Override
  public void endBatch(FrameBuffer out) {
    out.put(']');
  }

  @Override
  public void snapshot(
      Channel channel, Tags tags, long timeMillis, Map<String, Object> values, FrameBuffer out) {
    out.putAscii("S" + tags + values);
  }

  @Override
  public void lagged(Channel channel, long missed, FrameBuffer out) {
    out.putAscii("L " + missed);
  }

  @Override
  public void overBudget(Channel channel, long missed, FrameBuffer out) {
    out.putAscii("O " + missed);
  }

  @Override
  public void gap(
      Channel channel, @Nullable Long missed, @Nullable StreamPosition position, FrameBuffer out) {
    out.putAscii("I " + missed + " " + position);
  }

  @Override
  public void dropped(Channel channel, long missed, FrameBuffer out) {
    out.putAscii("D " + missed);
  }

  @Override
  public void annotate(
      FrameBuffer message,
      int from,
      int length,
      @Nullable Long offset,
      boolean replayed,
      FrameBuffer out) {
    out.put(message, from, length);
    if (offset != null) {
      out.putAscii(" #" + offset);
    }
    if (replayed) {
      out.putAscii(" again");
    }
  }
}
