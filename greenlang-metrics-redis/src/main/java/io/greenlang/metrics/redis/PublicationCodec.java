package io.greenlang.metrics.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.Tags;
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
 * A publication's metrics as bytes, without the channel, which is known from where they lie.
 *
 * <p>A version, how many metrics there are, and each of them: its name, its type (one of three by
 * number, or 3 and its name), its value, its time as what it differs from the one before, in
 * milliseconds, and its tags, where 0 says that they are those of the one before. Numbers are of
 * seven bits a byte. Whatever is read is held to the bytes that are there and to what {@link
 * Metric} and {@link Tags} let pass.
 */
final class PublicationCodec {

  /** The largest publication; a larger one is split when it is published. */
  static final int MAX_BYTES = 1 << 20;

  private static final int VERSION = 1;

  /** A name, a type, eight bytes of value, a time and the mark of the same tags. */
  private static final int MIN_METRIC_BYTES = 13;

  private static final List<MetricType> TYPES =
      List.of(MetricType.GAUGE, MetricType.COUNTER, MetricType.HISTOGRAM);

  private PublicationCodec() {}

  /** Packs metrics, each of which has a timestamp. */
  static byte[] pack(List<Metric> metrics) {
    Packer out = new Packer(64 * metrics.size());
    out.write(VERSION);
    out.number(metrics.size());
    long millis = 0;
    Tags tags = Tags.empty();
    for (Metric metric : metrics) {
      out.text(metric.name());
      int type = TYPES.indexOf(metric.type());
      if (type >= 0) {
        out.write(type);
      } else {
        out.write(TYPES.size());
        out.text(metric.type().name());
      }
      out.fixed(Double.doubleToRawLongBits(metric.value()));
      long difference = metric.timestampMillis() - millis;
      out.number((difference << 1) ^ (difference >> 63));
      millis = metric.timestampMillis();
      out.tags(metric.tags(), tags);
      tags = metric.tags();
    }
    return out.toByteArray();
  }

  /**
   * Reads what was packed.
   *
   * @throws Malformed if it is anything else
   */
  static List<Metric> unpack(Channel channel, byte[] packed) throws Malformed {
    ByteBuffer in = ByteBuffer.wrap(packed);
    try {
      if (in.get() != VERSION) {
        throw new Malformed("not of version " + VERSION);
      }
      int count = count(in, MIN_METRIC_BYTES);
      if (count == 0) {
        throw new Malformed("no metrics");
      }
      List<Metric> metrics = new ArrayList<>(count);
      long millis = 0;
      Tags tags = Tags.empty();
      for (int i = 0; i < count; i++) {
        String name = text(in);
        MetricType type = type(in);
        double value = Double.longBitsToDouble(in.getLong());
        long difference = number(in);
        millis += (difference >>> 1) ^ -(difference & 1);
        tags = tags(in, tags);
        metrics.add(new Metric(channel, name, type, value, Instant.ofEpochMilli(millis), tags));
      }
      if (in.hasRemaining()) {
        throw new Malformed(in.remaining() + " bytes too many");
      }
      return metrics;
    } catch (BufferUnderflowException
        | IllegalArgumentException
        | DateTimeException
        | CharacterCodingException e) {
      throw new Malformed("not a publication: " + e.getMessage(), e);
    }
  }

  private static MetricType type(ByteBuffer in) throws Malformed, CharacterCodingException {
    int type = in.get();
    if (type < 0 || type > TYPES.size()) {
      throw new Malformed("type " + type);
    }
    return type < TYPES.size() ? TYPES.get(type) : new MetricType(text(in));
  }

  private static Tags tags(ByteBuffer in, Tags before) throws Malformed, CharacterCodingException {
    int mark = count(in, 0);
    if (mark == 0) {
      return before;
    }
    if (mark > Tags.MAX_TAGS + 1) {
      throw new Malformed(mark - 1 + " tags");
    }
    Map<String, String> tags = new LinkedHashMap<>();
    for (int i = 1; i < mark; i++) {
      if (tags.put(text(in), text(in)) != null) {
        throw new Malformed("a tag twice");
      }
    }
    return Tags.of(tags);
  }

  private static String text(ByteBuffer in) throws Malformed, CharacterCodingException {
    int length = count(in, 1);
    ByteBuffer bytes = in.slice(in.position(), length);
    in.position(in.position() + length);
    return UTF_8.newDecoder().decode(bytes).toString();
  }

  /** How many of something there are, each of which takes at least so many of the bytes left. */
  private static int count(ByteBuffer in, int bytesEach) throws Malformed {
    long count = number(in);
    if (count < 0 || count > Integer.MAX_VALUE || count * bytesEach > in.remaining()) {
      throw new Malformed(count + " of something in " + in.remaining() + " bytes");
    }
    return (int) count;
  }

  private static long number(ByteBuffer in) throws Malformed {
    long number = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      byte next = in.get();
      number |= (next & 0x7fL) << shift;
      if (next >= 0) {
        return number;
      }
    }
    throw new Malformed("a number without an end");
  }

  /** Bytes that grow. One thread. */
  private static final class Packer extends ByteArrayOutputStream {
    Packer(int size) {
      super(size);
    }

    void number(long number) {
      long rest = number;
      while ((rest & ~0x7fL) != 0) {
        write((int) ((rest & 0x7f) | 0x80));
        rest >>>= 7;
      }
      write((int) rest);
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

    void tags(Tags tags, Tags before) {
      if (tags.equals(before)) {
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
