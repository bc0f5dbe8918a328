package io.greenlang.metrics.feed;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Interval;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.aggregate.Aggregate;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Messages that a test can read: {@code M name{tags}=value}, {@code L missed}. */
public final class PlainEncoder implements FrameEncoder {

  public static final PlainEncoder INSTANCE = new PlainEncoder();

  @Override
  public Encoding encoding() {
    return Encoding.JSON;
  }

  @Override
  public EncodedSeries prepare(Series series) {
    String key = "M " + series.name() + series.tags() + "=";
    return new EncodedSeries(key.getBytes(StandardCharsets.UTF_8), new byte[0]);
  }

  @Override
  public void metric(EncodedSeries series, double value, long timeMillis, FrameBuffer out) {
    out.put(series.beforeValue());
    out.putAscii(Long.toString((long) value));
  }

  @Override
  public void aggregate(
      EncodedSeries series,
      Aggregate aggregate,
      Interval interval,
      long startMillis,
      FrameBuffer out) {
    out.put(series.beforeValue());
    out.putAscii(aggregate.value() + " n=" + aggregate.count() + " @" + startMillis);
    aggregate.describe(interval.millis(), (name, number) -> out.putAscii(" " + name + number));
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
}
