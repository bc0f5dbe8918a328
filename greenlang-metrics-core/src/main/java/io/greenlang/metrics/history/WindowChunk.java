package io.greenlang.metrics.history;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/**
 * Up to {@value #CAPACITY} successive closed windows of one series, packed and compressed. One
 * thread appends, under the channel's lock; any thread may read, and sees a beginning of what was
 * appended.
 */
final class WindowChunk implements Chunk {

  /** An hour of minutes. */
  static final int CAPACITY = 60;

  /** Packed sketches are large; with this, appending one copies little. */
  private static final int FULL_BYTES = 8 * 1024;

  /** This object, its parts, and its places in the lists that hold it. */
  private static final int OVERHEAD_BYTES = 200;

  private final long windowMillis;
  private PackedCode writer = new PackedCode();
  private ByteArrayOutputStream growing = new ByteArrayOutputStream(64);

  /** What can be read; replaced as a whole. */
  private volatile Content content = new Content(new byte[0], 0, 0, 0, 0, 0);

  /** What was appended so far. */
  private static final class Content {
    final byte[] bytes;
    final int count;

    /** The least start of a window. */
    final long first;

    /** The start of the last window. */
    final long last;

    /** The greatest start of a window: not that of the last, if a clock was set back. */
    final long greatest;

    /** The newest publication when that was closed. */
    final long sequence;

    Content(byte[] bytes, int count, long first, long last, long greatest, long sequence) {
      this.bytes = bytes;
      this.count = count;
      this.first = first;
      this.last = last;
      this.greatest = greatest;
      this.sequence = sequence;
    }
  }

  WindowChunk(long windowMillis) {
    this.windowMillis = windowMillis;
  }

  void append(long startMillis, byte[] packed, long sequence) {
    Content before = content;
    // A clock that was set back makes this negative: nine bytes, and right all the same.
    VarInt.write((startMillis - before.last) / windowMillis, growing);
    writer.write(packed, growing);
    long first = before.count == 0 ? startMillis : Math.min(before.first, startMillis);
    long greatest = before.count == 0 ? startMillis : Math.max(before.greatest, startMillis);
    content =
        new Content(
            growing.toByteArray(), before.count + 1, first, startMillis, greatest, sequence);
  }

  @Override
  public void seal() {
    writer = new PackedCode();
    growing = new ByteArrayOutputStream(0);
  }

  @Override
  public boolean isFull() {
    Content now = content;
    return now.count >= CAPACITY || now.bytes.length >= FULL_BYTES;
  }

  @Override
  public int count() {
    return content.count;
  }

  @Override
  public int bytes() {
    return content.bytes.length + OVERHEAD_BYTES;
  }

  @Override
  public long endMillis() {
    return content.greatest + windowMillis;
  }

  @Override
  public long lastSequence() {
    return content.sequence;
  }

  /** Hands over each window that starts in that time, in the order in which they were appended. */
  void forEach(long fromMillis, long toMillis, PackedWindowTaker action) {
    Content now = content;
    if (now.count == 0 || now.first >= toMillis || now.greatest < fromMillis) {
      return;
    }
    ByteBuffer in = ByteBuffer.wrap(now.bytes);
    PackedCode reader = new PackedCode();
    long start = 0;
    for (int i = 0; i < now.count; i++) {
      start += VarInt.read(in) * windowMillis;
      byte[] packed = reader.read(in);
      if (start >= fromMillis && start < toMillis) {
        action.take(start, packed);
      }
    }
  }
}
