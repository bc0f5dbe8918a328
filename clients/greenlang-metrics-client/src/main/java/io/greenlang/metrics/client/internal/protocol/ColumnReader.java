package io.greenlang.metrics.client.internal.protocol;

import static io.greenlang.metrics.client.internal.protocol.FieldReader.malformed;

import io.greenlang.metrics.client.internal.protocol.ColumnState.Lane;
import io.greenlang.metrics.client.internal.protocol.ColumnState.Series;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A reader of the bytes of one message with columns. Throws {@link
 * java.nio.BufferUnderflowException}, {@link IndexOutOfBoundsException} or {@link
 * ArithmeticException} if they are malformed.
 */
final class ColumnReader {

  private static final int RAW = 255;

  /** The powers of ten of the modes of decimals. */
  private static final double[] POWERS = {
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15
  };

  private final ByteBuffer in;
  private final ColumnState state;

  ColumnReader(ByteBuffer in, ColumnState state) {
    this.in = in;
    this.state = state;
  }

  /** Passes the metrics in their order to {@code metrics}. */
  void read(boolean isKey, Consumer<Map<String, @Nullable Object>> metrics) {
    int count = size();
    if (count > (long) Byte.SIZE * in.capacity()) {
      throw malformed("its columns claim more metrics than they contain");
    }
    List<Series> series = readSeries(count);
    String[] times = readTimes(count, isKey);
    int numbers = series.stream().mapToInt(each -> each.lanes().size()).sum();
    byte[] changes = bytes(bitmapBytes(numbers));
    int first = 0;
    for (int i = 0; i < count; i++) {
      readNumbers(series.get(i).lanes(), changes, first);
      first += series.get(i).lanes().size();
      metrics.accept(metric(series.get(i), times[i]));
    }
    if (in.hasRemaining()) {
      throw malformed("its columns have more bytes than metrics");
    }
  }

  /** Reads the numbers that have changed; the bit of the first lane has an index. */
  private void readNumbers(List<Lane> lanes, byte[] changes, int index) {
    for (int i = 0; i < lanes.size(); i++) {
      if (isSet(changes, index + i)) {
        readNumber(lanes.get(i));
      }
    }
  }

  private static Map<String, @Nullable Object> metric(Series series, String time) {
    Map<String, @Nullable Object> metric = new LinkedHashMap<>();
    metric.put("name", series.name());
    metric.put("type", series.type());
    metric.put("value", series.lanes().get(0).number);
    metric.put("timestamp", time);
    metric.put("tags", series.tags());
    for (int i = 0; i < series.fields().size(); i++) {
      metric.put(series.fields().get(i), series.lanes().get(i + 1).number);
    }
    return metric;
  }

  private List<Series> readSeries(int count) {
    int runs = size();
    List<Series> series = runs == 0 ? readBitmap() : readRuns(runs, count);
    if (series.size() != count) {
      throw malformed("its columns have another number of series than of metrics");
    }
    return series;
  }

  private List<Series> readBitmap() {
    List<Series> series = new ArrayList<>();
    byte[] bitmap = bytes(bitmapBytes(state.dictionary.size()));
    for (int id = 0; id < state.dictionary.size(); id++) {
      if (isSet(bitmap, id)) {
        series.add(state.dictionary.get(id));
      }
    }
    return series;
  }

  private List<Series> readRuns(int runs, int count) {
    List<Series> series = new ArrayList<>();
    int id = 0;
    for (int run = 0; run < runs && series.size() <= count; run++) {
      id = Math.toIntExact(id + signedInteger());
      int end = Math.addExact(id, Math.addExact(size(), 1));
      series.addAll(state.dictionary.subList(id, end));
      id = end;
    }
    return series;
  }

  private String[] readTimes(int count, boolean isKey) {
    state.step += signedInteger();
    state.time += state.step;
    if (isKey) {
      state.step = 0;
    }
    long time = state.time;
    String[] times = new String[count];
    Arrays.fill(times, text(time));
    int index = 0;
    for (int changes = size(); changes > 0; changes--) {
      index = Objects.checkIndex(Math.addExact(index, Math.addExact(size(), 1)), count);
      time += signedInteger();
      Arrays.fill(times, index, count, text(time));
    }
    return times;
  }

  private static String text(long time) {
    try {
      return Instant.ofEpochMilli(time).toString();
    } catch (DateTimeException e) {
      throw malformed("its columns have a time that does not exist");
    }
  }

  private void readNumber(Lane lane) {
    boolean isSwitch = in.get(in.position()) == 0;
    if (isSwitch) {
      in.get();
      lane.mode = Byte.toUnsignedInt(in.get());
      lane.mantissa = 0;
    }
    if (lane.mode != RAW) {
      lane.mantissa += signedInteger();
      lane.number = lane.mantissa / POWERS[lane.mode];
    } else if (isSwitch) {
      lane.number = in.getDouble();
    } else {
      lane.number = Double.longBitsToDouble(Double.doubleToRawLongBits(lane.number) ^ readRaw());
    }
  }

  /** Reads the bits in which a raw number differs from the one before. */
  private long readRaw() {
    int header = Byte.toUnsignedInt(in.get());
    int length = header & 0xf;
    int trailing = Long.BYTES - (header >> 4) - length;
    if (trailing < 0) {
      throw malformed("its columns have a number of more than eight bytes");
    }
    long bits = 0;
    for (int i = 0; i < length; i++) {
      bits = bits << Byte.SIZE | Byte.toUnsignedLong(in.get());
    }
    return bits << (trailing * Byte.SIZE);
  }

  private byte[] bytes(int length) {
    if (length > in.remaining()) {
      throw malformed("its columns are too short");
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  private static int bitmapBytes(int bits) {
    return (bits + Byte.SIZE - 1) / Byte.SIZE;
  }

  private static boolean isSet(byte[] bitmap, int index) {
    return (bitmap[index / Byte.SIZE] >> index % Byte.SIZE & 1) != 0;
  }

  private int size() {
    int size = Math.toIntExact(integer());
    if (size < 0) {
      throw malformed("its columns have a negative number of elements");
    }
    return size;
  }

  private long signedInteger() {
    long zigzag = integer();
    return zigzag >>> 1 ^ -(zigzag & 1);
  }

  /** Reads seven bits per byte. The server's reader is in its core, which no client depends on. */
  private long integer() {
    long integer = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      byte next = in.get();
      integer |= (next & 0x7fL) << shift;
      if (next >= 0) {
        return integer;
      }
    }
    throw malformed("its columns have a number that is too large");
  }
}
