package io.greenlang.metrics.internal.history;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.internal.util.SeriesKey;
import io.greenlang.metrics.internal.util.VarInt;
import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * The serialized form of one window of all series of a channel, which outlives the process. It
 * consists of a version and, for each series, its name, type, tags and packed aggregate. Texts and
 * aggregates are prefixed with their length in bytes, tags with their count, all as {@link
 * VarInt}s.
 */
public final class WindowBlob {

  private static final int VERSION = 1;

  private WindowBlob() {}

  /**
   * Reads a window and passes its series to {@code visitor}. The bytes may come from an untrusted
   * source: invalid data is rejected, and nothing larger than the input is allocated.
   *
   * @param channel the channel of the window
   * @param packed the serialized window
   * @param visitor receives each series and its packed aggregate
   * @throws IllegalArgumentException if the bytes are not a window; some series may have been
   *     visited before
   */
  public static void read(Channel channel, byte[] packed, BiConsumer<SeriesKey, byte[]> visitor) {
    ByteBuffer input = ByteBuffer.wrap(packed);
    try {
      requireVersion(input.get());
      while (input.hasRemaining()) {
        SeriesKey key = readKey(channel, input);
        visitor.accept(key, readBytes(input));
      }
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("packed window is truncated within a series", e);
    }
  }

  private static void requireVersion(int version) {
    if (version != VERSION) {
      throw new IllegalArgumentException(
          "packed window has version "
              + version
              + ", but only version "
              + VERSION
              + " is supported");
    }
  }

  private static SeriesKey readKey(Channel channel, ByteBuffer input) {
    String name = readText(input);
    MetricType type = new MetricType(readText(input));
    Tags tags = readTags(input);
    // The constructor validates the name.
    Metric validated = new Metric(channel, name, type, 0, null, tags);
    return new SeriesKey(channel, validated.name(), type, validated.tags());
  }

  private static Tags readTags(ByteBuffer input) {
    long count = VarInt.read(input);
    Map<String, String> tags = new LinkedHashMap<>();
    for (long i = 0; i < count; i++) {
      tags.put(readText(input), readText(input));
    }
    return Tags.of(tags);
  }

  private static String readText(ByteBuffer input) {
    return new String(readBytes(input), StandardCharsets.UTF_8);
  }

  private static byte[] readBytes(ByteBuffer input) {
    long length = VarInt.read(input);
    if (length < 0 || length > input.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] bytes = new byte[(int) length];
    input.get(bytes);
    return bytes;
  }

  /** A builder for serialized windows. Not thread-safe. */
  public static final class Writer {

    private final ByteArrayOutputStream output = new ByteArrayOutputStream();

    /** The entry that is being built. */
    private final ByteArrayOutputStream entry = new ByteArrayOutputStream();

    private boolean empty = true;

    /** Creates a window without series. */
    public Writer() {
      output.write(VERSION);
    }

    /**
     * Adds a series. If this fails, nothing has changed.
     *
     * @param aggregate the packed aggregate
     */
    public void add(SeriesKey series, byte[] aggregate) {
      entry.reset();
      writeText(series.name());
      writeText(series.type().toString());
      writeTags(series.tags());
      writeBytes(aggregate);
      output.write(entry.toByteArray(), 0, entry.size()); // at once: a reader rejects half an entry
      empty = false;
    }

    /** Returns whether no series was added. */
    public boolean isEmpty() {
      return empty;
    }

    /** Returns the window with the series added so far. */
    public byte[] toByteArray() {
      return output.toByteArray();
    }

    private void writeTags(Tags tags) {
      VarInt.write(tags.size(), entry);
      tags.forEach(
          (key, value) -> {
            writeText(key);
            writeText(value);
          });
    }

    private void writeText(String text) {
      writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    private void writeBytes(byte[] bytes) {
      VarInt.write(bytes.length, entry);
      entry.write(bytes, 0, bytes.length);
    }
  }
}
