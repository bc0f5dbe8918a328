package io.greenlang.metrics.redis.internal.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.SampleDetail;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.internal.sample.SampleDetailCodec;
import io.greenlang.metrics.internal.util.VarInt;
import io.greenlang.metrics.redis.internal.support.MalformedDataException;
import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The binary format of a publication's metrics. It omits the channel, which the key or topic
 * identifies.
 *
 * <p>The format is a version, the number of metrics, and each metric: name, type, value, time,
 * tags, detail. A type is one of three numbers, or 3 and its name. If {@value #HAS_DETAIL} is added
 * to the number, the metric ends with the length of its detail and the detail, as {@link
 * SampleDetailCodec} writes it. A time is the difference from the previous one in milliseconds. For
 * tags, 0 means the tags of the previous metric. Integers have seven bits per byte. Every length is
 * validated against the remaining bytes, and every value against the rules of {@link Metric} and
 * {@link Tags}.
 */
public final class PublicationCodec {

  /** The largest publication, in bytes; larger ones are split when they are published. */
  public static final int MAX_BYTES = 1 << 20;

  private static final int VERSION = 1;

  private static final int HAS_DETAIL = 16;

  /** A name, a type, eight bytes of value, a time and the marker of unchanged tags. */
  private static final int MIN_METRIC_BYTES = 13;

  private static final List<MetricType> TYPES =
      List.of(MetricType.GAUGE, MetricType.COUNTER, MetricType.HISTOGRAM);

  private PublicationCodec() {}

  /** Encodes metrics, each of which has a timestamp. */
  public static byte[] pack(List<Metric> metrics) {
    Encoder out = new Encoder(64 * metrics.size());
    out.write(VERSION);
    out.number(metrics.size());
    long millis = 0;
    Tags tags = Tags.empty();
    for (Metric metric : metrics) {
      out.text(metric.name());
      SampleDetail detail = metric.detail();
      out.type(metric.type(), detail == null ? 0 : HAS_DETAIL);
      out.fixed(Double.doubleToRawLongBits(metric.value()));
      VarInt.writeSigned(metric.timestampMillis() - millis, out);
      millis = metric.timestampMillis();
      out.tags(metric.tags(), tags);
      tags = metric.tags();
      if (detail != null) {
        byte[] packed = SampleDetailCodec.pack(detail);
        out.number(packed.length);
        out.writeBytes(packed);
      }
    }
    return out.toByteArray();
  }

  /**
   * Decodes metrics.
   *
   * @throws MalformedDataException if the bytes are not a valid encoding
   */
  public static List<Metric> unpack(Channel channel, byte[] packed) throws MalformedDataException {
    ByteBuffer in = ByteBuffer.wrap(packed);
    try {
      int version = in.get();
      if (version != VERSION) {
        throw new MalformedDataException(
            "a publication has version "
                + version
                + ", but only version "
                + VERSION
                + " is supported");
      }
      List<Metric> metrics = metrics(channel, in);
      if (in.hasRemaining()) {
        throw new MalformedDataException(in.remaining() + " bytes too many");
      }
      return metrics;
    } catch (BufferUnderflowException
        | IllegalArgumentException
        | DateTimeException
        | CharacterCodingException e) {
      throw new MalformedDataException("not a publication: " + e.getMessage(), e);
    }
  }

  private static List<Metric> metrics(Channel channel, ByteBuffer in)
      throws MalformedDataException, CharacterCodingException {
    int count = count(in, MIN_METRIC_BYTES);
    if (count == 0) {
      throw new MalformedDataException("it contains no metrics");
    }
    List<Metric> metrics = new ArrayList<>(count);
    long millis = 0;
    Tags tags = Tags.empty();
    for (int i = 0; i < count; i++) {
      String name = text(in);
      int typeNumber = in.get();
      MetricType type = type(typeNumber & ~HAS_DETAIL, in);
      double value = Double.longBitsToDouble(in.getLong());
      millis += VarInt.readSigned(in);
      tags = tags(in, tags);
      SampleDetail detail = (typeNumber & HAS_DETAIL) == 0 ? null : detail(in);
      metrics.add(
          new Metric(channel, name, type, value, Instant.ofEpochMilli(millis), tags, detail));
    }
    return metrics;
  }

  private static SampleDetail detail(ByteBuffer in) throws MalformedDataException {
    int length = count(in, 1);
    SampleDetail detail = SampleDetailCodec.unpack(in.slice(in.position(), length));
    in.position(in.position() + length);
    return detail;
  }

  private static MetricType type(int type, ByteBuffer in)
      throws MalformedDataException, CharacterCodingException {
    if (type < 0 || type > TYPES.size()) {
      throw new MalformedDataException("unknown type " + type);
    }
    return type < TYPES.size() ? TYPES.get(type) : new MetricType(text(in));
  }

  private static Tags tags(ByteBuffer in, Tags previous)
      throws MalformedDataException, CharacterCodingException {
    int mark = count(in, 0);
    if (mark == 0) {
      return previous;
    }
    if (mark > Tags.MAX_TAGS + 1) {
      throw new MalformedDataException(mark - 1 + " tags");
    }
    Map<String, String> tags = new LinkedHashMap<>();
    for (int i = 1; i < mark; i++) {
      if (tags.put(text(in), text(in)) != null) {
        throw new MalformedDataException("a duplicate tag");
      }
    }
    return Tags.of(tags);
  }

  private static String text(ByteBuffer in)
      throws MalformedDataException, CharacterCodingException {
    int length = count(in, 1);
    ByteBuffer bytes = in.slice(in.position(), length);
    in.position(in.position() + length);
    return UTF_8.newDecoder().decode(bytes).toString();
  }

  /**
   * Reads a number of elements, each of which takes at least the given number of the bytes left.
   */
  private static int count(ByteBuffer in, int bytesEach) throws MalformedDataException {
    long count = VarInt.read(in);
    if (count < 0 || count > Integer.MAX_VALUE || count * bytesEach > in.remaining()) {
      throw new MalformedDataException(count + " elements in " + in.remaining() + " bytes");
    }
    return (int) count;
  }

  /** A growing buffer. One thread. */
  private static final class Encoder extends ByteArrayOutputStream {
    Encoder(int size) {
      super(size);
    }

    void number(long number) {
      VarInt.write(number, this);
    }

    void type(MetricType type, int flags) {
      int index = TYPES.indexOf(type);
      if (index >= 0) {
        write(index | flags);
      } else {
        write(TYPES.size() | flags);
        text(type.name());
      }
    }

    void fixed(long bits) {
      for (int shift = Long.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
        write((int) (bits >>> shift));
      }
    }

    void text(String text) {
      byte[] bytes = text.getBytes(UTF_8);
      number(bytes.length);
      writeBytes(bytes);
    }

    void tags(Tags tags, Tags previous) {
      if (tags.equals(previous)) {
        write(0);
        return;
      }
      number(tags.size() + 1L);
      tags.forEach(
          (key, value) -> {
            text(key);
            text(value);
          });
    }
  }
}
