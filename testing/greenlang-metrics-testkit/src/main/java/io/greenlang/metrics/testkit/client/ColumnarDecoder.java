package io.greenlang.metrics.testkit.client;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A decoder of the format {@code columnar}, written from the protocol's page. It shares no code
 * with the server. Reads the messages of one channel in their order.
 */
public final class ColumnarDecoder {

  private static final int RAW = 0xff;

  /** A number of a series that changes from message to message. */
  private static final class Lane {
    private double number;
    private int mode;
    private BigInteger mantissa = BigInteger.ZERO;
  }

  private record Series(
      String name, String type, Map<String, Object> tags, List<String> fields, List<Lane> lanes) {}

  private final List<Series> dictionary = new ArrayList<>();
  private long firstTime;
  private long interval;

  /**
   * Returns the message of the format {@code batch} with the same metrics. A message without
   * columns is returned as it is. Counts are {@link Long}s, other numbers are {@link Double}s.
   */
  public Map<String, Object> toBatch(Map<String, Object> message) {
    if (!(message.get("columns") instanceof byte[] columns)) {
      return message;
    }
    boolean isKey = Boolean.TRUE.equals(message.get("key"));
    if (isKey) {
      dictionary.clear();
      firstTime = 0;
      interval = 0;
    }
    if (message.get("series") instanceof List<?> definitions) {
      definitions.forEach(each -> define((List<?>) each));
    }
    List<Map<String, Object>> metrics =
        read(ByteBuffer.wrap(columns), isKey, message.get("channel"), message.get("interval"));
    Map<String, Object> batch = new LinkedHashMap<>(message);
    List.of("key", "interval", "series", "columns").forEach(batch::remove);
    batch.put("metrics", metrics);
    return batch;
  }

  @SuppressWarnings("unchecked") // a definition of another form fails when it is used
  private void define(List<?> definition) {
    List<String> fields = definition.size() > 3 ? (List<String>) definition.get(3) : List.of();
    List<Lane> lanes = new ArrayList<>();
    for (int i = 0; i <= fields.size(); i++) {
      lanes.add(new Lane());
    }
    dictionary.add(
        new Series(
            (String) Objects.requireNonNull(definition.get(0)),
            (String) Objects.requireNonNull(definition.get(1)),
            (Map<String, Object>) Objects.requireNonNull(definition.get(2)),
            fields,
            lanes));
  }

  private List<Map<String, Object>> read(
      ByteBuffer in, boolean isKey, @Nullable Object channel, @Nullable Object window) {
    int count = integer(in).intValueExact();
    List<Series> series = readSeries(in, count);
    long[] times = readTimes(in, count, isKey);
    int numbers = series.stream().mapToInt(each -> each.lanes().size()).sum();
    byte[] changes = new byte[(numbers + 7) / 8];
    in.get(changes);
    List<Map<String, Object>> metrics = new ArrayList<>();
    int index = 0;
    for (int i = 0; i < count; i++) {
      double[] values = new double[series.get(i).lanes().size()];
      for (int lane = 0; lane < values.length; lane++, index++) {
        boolean changed = (changes[index / 8] >> index % 8 & 1) != 0;
        Lane each = series.get(i).lanes().get(lane);
        if (changed) {
          readNumber(in, each);
        }
        values[lane] = each.number;
      }
      metrics.add(metric(series.get(i), values, times[i], channel, window));
    }
    if (in.hasRemaining()) {
      throw new AssertionError(in.remaining() + " bytes after the last number");
    }
    return metrics;
  }

  private static Map<String, Object> metric(
      Series series,
      double[] values,
      long time,
      @Nullable Object channel,
      @Nullable Object window) {
    Map<String, Object> metric = new LinkedHashMap<>();
    metric.put("channel", Objects.requireNonNull(channel));
    metric.put("name", series.name());
    metric.put("type", series.type());
    metric.put("value", values[0]);
    metric.put("timestamp", Instant.ofEpochMilli(time).toString());
    if (window != null) {
      metric.put("interval", window);
    }
    for (int i = 0; i < series.fields().size(); i++) {
      String field = series.fields().get(i);
      Object number = values[i + 1];
      metric.put(field, field.equals("count") ? (Object) (long) values[i + 1] : number);
    }
    metric.put("tags", series.tags());
    return metric;
  }

  private List<Series> readSeries(ByteBuffer in, int count) {
    List<Series> series = new ArrayList<>();
    int runs = integer(in).intValueExact();
    if (runs == 0) {
      byte[] bitmap = new byte[(dictionary.size() + 7) / 8];
      in.get(bitmap);
      for (int id = 0; id < dictionary.size(); id++) {
        if ((bitmap[id / 8] >> id % 8 & 1) != 0) {
          series.add(dictionary.get(id));
        }
      }
    }
    int next = 0;
    for (int run = 0; run < runs; run++) {
      int first = next + signed(in).intValueExact();
      int length = integer(in).intValueExact() + 1;
      series.addAll(dictionary.subList(first, first + length));
      next = first + length;
    }
    if (series.size() != count) {
      throw new AssertionError(series.size() + " series instead of " + count);
    }
    return series;
  }

  private long[] readTimes(ByteBuffer in, int count, boolean isKey) {
    interval += signed(in).longValueExact();
    firstTime += interval;
    if (isKey) {
      interval = 0;
    }
    long[] times = new long[count];
    Arrays.fill(times, firstTime);
    int index = 0;
    for (int changes = integer(in).intValueExact(); changes > 0; changes--) {
      index += integer(in).intValueExact() + 1;
      Arrays.fill(times, index, count, times[index - 1] + signed(in).longValueExact());
    }
    return times;
  }

  private static void readNumber(ByteBuffer in, Lane lane) {
    if (in.get(in.position()) == 0) {
      in.get();
      readInNewMode(in, lane);
    } else if (lane.mode == RAW) {
      int header = in.get() & 0xff;
      int length = header & 0xf;
      long difference = 0;
      for (int i = 0; i < length; i++) {
        difference = difference << 8 | (in.get() & 0xff);
      }
      difference <<= 8 * (8 - (header >> 4) - length);
      lane.number = Double.longBitsToDouble(Double.doubleToRawLongBits(lane.number) ^ difference);
    } else {
      setMantissa(lane, lane.mantissa.add(signed(in)));
    }
  }

  private static void readInNewMode(ByteBuffer in, Lane lane) {
    lane.mode = in.get() & 0xff;
    if (lane.mode == RAW) {
      lane.number = in.getDouble();
    } else {
      setMantissa(lane, signed(in));
    }
  }

  private static void setMantissa(Lane lane, BigInteger mantissa) {
    lane.mantissa = mantissa;
    lane.number = mantissa.longValueExact() / Double.parseDouble("1e" + lane.mode);
  }

  private static BigInteger integer(ByteBuffer in) {
    BigInteger number = BigInteger.ZERO;
    int shift = 0;
    int next;
    do {
      next = in.get();
      number = number.or(BigInteger.valueOf(next & 0x7f).shiftLeft(shift));
      shift += 7;
    } while (next < 0);
    return number;
  }

  private static BigInteger signed(ByteBuffer in) {
    BigInteger zigzag = integer(in);
    BigInteger half = zigzag.shiftRight(1);
    return zigzag.testBit(0) ? half.not() : half;
  }
}
