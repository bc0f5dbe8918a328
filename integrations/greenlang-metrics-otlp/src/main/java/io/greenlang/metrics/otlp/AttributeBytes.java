package io.greenlang.metrics.otlp;

import io.greenlang.metrics.internal.protobuf.WireReader;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The attributes of a program, and after them those of a point as they were sent: each is a message
 * of Protocol Buffers with its length. Equal bytes mean equal tags. Not thread-safe.
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

  /** The length of the attributes of the program. */
  private int programLength;

  /** Adds an attribute of the point, with its length. */
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

  /** Replaces everything by the attributes of a program; those of its points follow. */
  void startProgram(byte[] program) {
    programLength = 0;
    removePoint();
    add(new WireReader(program));
    programLength = length;
  }

  /** Removes the attributes of the point. */
  void removePoint() {
    length = programLength;
    isTooLong = false;
  }

  /** Returns whether attributes are missing, because all of them exceed {@link #MAX_BYTES}. */
  boolean isTooLong() {
    return isTooLong;
  }

  /** Returns the number of bytes. */
  int length() {
    return length;
  }

  /** Returns a copy of the bytes. */
  byte[] toByteArray() {
    return Arrays.copyOf(bytes, length);
  }

  /** Returns whether a copy has the same bytes. */
  boolean equalTo(byte[] copy) {
    return Arrays.equals(bytes, 0, length, copy, 0, copy.length);
  }

  /** Returns a reader of the attributes of the point. */
  WireReader pointReader() {
    return new WireReader(bytes, programLength, length);
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
