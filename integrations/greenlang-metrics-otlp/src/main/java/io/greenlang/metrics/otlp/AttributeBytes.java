package io.greenlang.metrics.otlp;

import io.greenlang.metrics.internal.protobuf.WireReader;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The attributes of a program, and after them those of a point, as they were sent: each is a
 * message of Protocol Buffers with its length. Equal bytes mean equal tags. Not thread-safe.
 */
final class AttributeBytes {

  /** More than any attributes that can be tags. */
  static final int MAX_BYTES = 64 << 10;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long MULTIPLIER = 0x9e3779b97f4a7c15L;
  private static final int SHIFT = 29;

  private byte[] bytes = new byte[512];
  private int length;
  private boolean isTooLong;

  /** The state after the attributes of the program. */
  private int programLength;

  private boolean isProgramTooLong;

  /** Adds an attribute, with its length. */
  void add(WireReader attribute) {
    int added = attribute.remaining();
    if (added > MAX_BYTES - length) {
      isTooLong = true;
      return;
    }
    if (length + added > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + added));
    }
    attribute.copyTo(bytes, length);
    length += added;
  }

  /** Removes everything: the attributes of a program follow. */
  void clear() {
    programLength = 0;
    isProgramTooLong = false;
    removePoint();
  }

  /** Marks the present attributes as those of the program. */
  void completeProgram() {
    programLength = length;
    isProgramTooLong = isTooLong;
  }

  /** Removes the attributes of the point. */
  void removePoint() {
    length = programLength;
    isTooLong = isProgramTooLong;
  }

  /** Returns whether attributes are missing, because all of them exceed {@link #MAX_BYTES}. */
  boolean isTooLong() {
    return isTooLong;
  }

  /** Returns a copy of the bytes. */
  byte[] toByteArray() {
    return Arrays.copyOf(bytes, length);
  }

  /** Returns whether a copy has the same bytes. */
  boolean equalTo(byte[] copy) {
    return Arrays.equals(bytes, 0, length, copy, 0, copy.length);
  }

  /** Returns a reader of the attributes. */
  WireReader reader() {
    return new WireReader(bytes, 0, length);
  }

  /** Returns a hash of the bytes, which takes eight of them in one step. */
  int hash() {
    long hash = length;
    int position = 0;
    for (; position + Long.BYTES <= length; position += Long.BYTES) {
      hash = (hash ^ (long) LONG.get(bytes, position)) * MULTIPLIER;
      hash ^= hash >>> SHIFT;
    }
    for (; position < length; position++) {
      hash = (hash ^ bytes[position]) * MULTIPLIER;
    }
    return (int) (hash ^ (hash >>> Integer.SIZE));
  }
}
