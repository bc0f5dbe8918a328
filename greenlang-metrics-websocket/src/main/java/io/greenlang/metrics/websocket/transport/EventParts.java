package io.greenlang.metrics.websocket.transport;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of some events, in parts. Each part is text of one client, followed by a payload that
 * clients share: a range of {@code SharedFrames}, which is written from where it is. The text takes
 * at most {@value #MAX_TEXT_BYTES} bytes. Used by one thread at a time.
 */
public final class EventParts {

  /** The maximum number of parts, so that a gathering write takes one system call. */
  public static final int MAX_PARTS = 256;

  /** The maximum number of bytes of all texts. */
  public static final int MAX_TEXT_BYTES = 32 * 1024;

  /** The maximum number of bytes of {@link #copy}. */
  private static final int MAX_COPY_BYTES = 64 * 1024;

  private final byte[] text = new byte[MAX_TEXT_BYTES];
  private final int[] textEnds = new int[MAX_PARTS];
  private final int[] froms = new int[MAX_PARTS];
  private final int[] tos = new int[MAX_PARTS];
  private int textLength;
  private int count;
  private int payloadBytes;

  /** The memory of the copy; null until the first one, and if direct memory was refused. */
  private @Nullable ByteBuffer copy;

  private boolean copyRefused;

  /** The number of bytes in the copy; it is current if that is the number of bytes of all parts. */
  private int copiedBytes;

  /** Removes all parts. */
  public void clear() {
    textLength = 0;
    count = 0;
    payloadBytes = 0;
    copiedBytes = 0;
  }

  /** Returns whether another part fits, and a last one without a payload. */
  public boolean fits(int textBytes) {
    return count + 2 <= MAX_PARTS && textLength + textBytes <= MAX_TEXT_BYTES;
  }

  /** Appends to the text of the next part. */
  public void text(byte[] source) {
    System.arraycopy(source, 0, text, textLength, source.length);
    textLength += source.length;
  }

  /** Appends a number that is not negative to the text of the next part. */
  public void number(long value) {
    long rest = value;
    int digits = 1;
    for (long limit = value / 10; limit > 0; limit /= 10) {
      digits++;
    }
    for (int i = textLength + digits - 1; i >= textLength; i--) {
      text[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    textLength += digits;
  }

  /** Ends a part with a payload, which may be empty. */
  public void payload(int from, int to) {
    textEnds[count] = textLength;
    froms[count] = from;
    tos[count++] = to;
    payloadBytes += to - from;
  }

  /** Returns the number of parts. */
  public int count() {
    return count;
  }

  /** Returns the number of bytes of all parts. */
  public int bytes() {
    return textLength + payloadBytes;
  }

  /**
   * Copies all parts to the beginning of a buffer, whose position does not change.
   *
   * @param target has room for {@link #bytes}
   * @param payloads the memory of the payloads
   */
  public void copyTo(ByteBuffer target, ByteBuffer payloads) {
    int length = 0;
    for (int i = 0; i < count; i++) {
      int textBytes = textEnd(i) - textStart(i);
      target.put(length, text, textStart(i), textBytes);
      int payloadBytes = to(i) - from(i);
      target.put(length + textBytes, payloads, from(i), payloadBytes);
      length += textBytes + payloadBytes;
    }
  }

  /**
   * Returns a copy of all parts, at the beginning of direct memory that no one else changes. It is
   * made once and is valid until {@link #clear}, so all streams that write the same parts share it.
   *
   * @param payloads the memory of the payloads, the same in each call for the same parts
   * @return the copy; null if it exceeds {@value #MAX_COPY_BYTES} bytes, or if direct memory is
   *     refused
   */
  public @Nullable ByteBuffer copy(ByteBuffer payloads) {
    ByteBuffer memory = bytes() > MAX_COPY_BYTES ? null : copyMemory();
    if (memory != null && copiedBytes != bytes()) {
      copyTo(memory, payloads);
      copiedBytes = bytes();
    }
    return memory;
  }

  /** Returns the memory of the copy. A refusal takes long, so there is one attempt. */
  private @Nullable ByteBuffer copyMemory() {
    if (copy == null && !copyRefused) {
      try {
        copy = ByteBuffer.allocateDirect(MAX_COPY_BYTES);
      } catch (OutOfMemoryError e) {
        copyRefused = true;
      }
    }
    return copy;
  }

  /** Returns the memory of the texts, which are consecutive. */
  public byte[] text() {
    return text;
  }

  /** Returns the number of bytes of all texts. */
  public int textLength() {
    return textLength;
  }

  /** Returns where the text of a part begins. */
  public int textStart(int part) {
    return part == 0 ? 0 : textEnds[part - 1];
  }

  /** Returns where the text of a part ends, exclusive. */
  public int textEnd(int part) {
    return textEnds[part];
  }

  /** Returns where the payload of a part begins. */
  public int from(int part) {
    return froms[part];
  }

  /** Returns where the payload of a part ends, exclusive. */
  public int to(int part) {
    return tos[part];
  }
}
