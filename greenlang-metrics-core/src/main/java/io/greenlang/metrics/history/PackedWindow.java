package io.greenlang.metrics.history;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.Tags;
import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What all series of a channel came to in one window, as bytes that outlive the process: a version,
 * then for each series its name, its type, its tags and its packed aggregate. Texts and aggregates
 * are preceded by their length in bytes, tags by their number, all of them as {@link VarInt}s.
 */
public final class PackedWindow {

  private static final int VERSION = 1;

  private PackedWindow() {}

  /** Takes the series of a window, one after the other. */
  public interface Taker {
    /** A series came to this. */
    void take(String name, MetricType type, Tags tags, byte[] aggregate);
  }

  /**
   * Reads a window. It may come from anywhere: what is not as it must be is refused, and nothing is
   * made that is larger than the bytes.
   *
   * @throws IllegalArgumentException if these are not the bytes of a window, perhaps after some
   *     series were taken
   */
  public static void read(Channel channel, byte[] packed, Taker taker) {
    ByteBuffer in = ByteBuffer.wrap(packed);
    try {
      int version = in.get();
      if (version != VERSION) {
        throw new IllegalArgumentException(
            "a window of version " + version + ", but this knows " + VERSION + " only");
      }
      while (in.hasRemaining()) {
        String name = text(in);
        MetricType type = new MetricType(text(in));
        Tags tags = tags(in);
        // One place says what a name may be.
        Metric checked = new Metric(channel, name, type, 0, null, tags);
        taker.take(checked.name(), checked.type(), checked.tags(), bytes(in));
      }
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("a window that ends in the middle of a series", e);
    }
  }

  private static Tags tags(ByteBuffer in) {
    long count = VarInt.read(in);
    Map<String, String> tags = new LinkedHashMap<>();
    for (long i = 0; i < count; i++) {
      tags.put(text(in), text(in));
    }
    return Tags.of(tags);
  }

  private static String text(ByteBuffer in) {
    return new String(bytes(in), StandardCharsets.UTF_8);
  }

  private static byte[] bytes(ByteBuffer in) {
    long length = VarInt.read(in);
    if (length < 0 || length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] bytes = new byte[(int) length];
    in.get(bytes);
    return bytes;
  }

  /** Writes a window. One thread at a time. */
  public static final class Writer {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private boolean empty = true;

    /** A window without series. */
    public Writer() {
      out.write(VERSION);
    }

    /** Adds what a series came to. */
    public void add(String name, MetricType type, Tags tags, byte[] aggregate) {
      empty = false;
      text(name);
      text(type.toString());
      VarInt.write(tags.size(), out);
      tags.forEach(
          (key, value) -> {
            text(key);
            text(value);
          });
      bytes(aggregate);
    }

    /** Whether nothing was added. */
    public boolean isEmpty() {
      return empty;
    }

    /** The window so far. */
    public byte[] toByteArray() {
      return out.toByteArray();
    }

    private void text(String text) {
      bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    private void bytes(byte[] bytes) {
      VarInt.write(bytes.length, out);
      out.write(bytes, 0, bytes.length);
    }
  }
}
