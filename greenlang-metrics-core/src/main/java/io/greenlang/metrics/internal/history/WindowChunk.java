package io.greenlang.metrics.internal.history;

import io.greenlang.metrics.broker.ChannelLog;
import io.greenlang.metrics.internal.history.codec.ByteDiffCodec;
import io.greenlang.metrics.internal.util.VarInt;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A compressed chunk of up to {@value #CAPACITY} successive closed windows of one series. One
 * thread appends, under the channel's lock. Any thread may read, and sees a prefix of the appended
 * windows.
 */
final class WindowChunk implements Chunk {

  /** The maximum number of windows: an hour of one-minute windows. */
  static final int CAPACITY = 60;

  /**
   * The size at which the chunk counts as full. Packed sketches are large; this limit keeps the
   * copy on each append small.
   */
  private static final int FULL_BYTES = 8 * 1024;

  /** The memory of this object, its parts, and its entries in the lists that contain it. */
  private static final int OVERHEAD_BYTES = 200;

  private final long windowMillis;
  private ByteDiffCodec writer = new ByteDiffCodec();

  /** The readable contents, which are replaced as a whole. */
  private volatile Content content = new Content(new byte[0], 0, 0, 0, 0, 0);

  /** An immutable snapshot of the appended windows. */
  private static final class Content {
    final byte[] bytes;
    final int count;

    /** The earliest start of a window. */
    final long first;

    /** The start of the window that was appended last. */
    final long last;

    /** The latest start of a window. It differs from {@link #last} if the clock was set back. */
    final long greatest;

    /** The latest publication when the last window was closed. */
    final long publicationId;

    Content(byte[] bytes, int count, long first, long last, long greatest, long publicationId) {
      this.bytes = bytes;
      this.count = count;
      this.first = first;
      this.last = last;
      this.greatest = greatest;
      this.publicationId = publicationId;
    }
  }

  WindowChunk(long windowMillis) {
    this.windowMillis = windowMillis;
  }

  void append(long startMillis, byte[] packed, long publicationId) {
    Content previous = content;
    ByteArrayOutputStream entry = new ByteArrayOutputStream(packed.length + 16);
    // Negative if the clock was set back: this takes ten bytes, but is correct.
    VarInt.write((startMillis - previous.last) / windowMillis, entry);
    writer.write(packed, entry);
    long first = previous.count == 0 ? startMillis : Math.min(previous.first, startMillis);
    long greatest = previous.count == 0 ? startMillis : Math.max(previous.greatest, startMillis);
    content =
        new Content(
            append(previous.bytes, entry.toByteArray()),
            previous.count + 1,
            first,
            startMillis,
            greatest,
            publicationId);
    writer.advance(packed); // last: after a failure, the chunk is as before
  }

  private static byte[] append(byte[] bytes, byte[] added) {
    byte[] appended = Arrays.copyOf(bytes, bytes.length + added.length);
    System.arraycopy(added, 0, appended, bytes.length, added.length);
    return appended;
  }

  @Override
  public void seal() {
    writer = new ByteDiffCodec();
  }

  @Override
  public boolean isFull() {
    Content current = content;
    return current.count >= CAPACITY || current.bytes.length >= FULL_BYTES;
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
  public long earliestMillis() {
    return content.first;
  }

  @Override
  public long endMillis() {
    return content.greatest + windowMillis;
  }

  @Override
  public long lastPublicationId() {
    return content.publicationId;
  }

  /**
   * Returns whether the chunk may contain windows that start at or after {@code from} and before
   * {@code to}.
   */
  boolean overlaps(long from, long to) {
    Content current = content;
    return current.count > 0 && current.first < to && current.greatest >= from;
  }

  /**
   * Passes each window that starts in a time range to {@code visitor}, in the order in which they
   * were appended.
   *
   * @param fromMillis the start of the range, inclusive, in epoch milliseconds
   * @param toMillis the end of the range, exclusive, in epoch milliseconds
   */
  void forEach(long fromMillis, long toMillis, ChannelLog.WindowVisitor visitor) {
    Content current = content;
    if (current.count == 0 || current.first >= toMillis || current.greatest < fromMillis) {
      return;
    }
    ByteBuffer input = ByteBuffer.wrap(current.bytes);
    ByteDiffCodec reader = new ByteDiffCodec();
    long start = 0;
    for (int i = 0; i < current.count; i++) {
      start += VarInt.read(input) * windowMillis;
      byte[] packed = reader.read(input);
      if (start >= fromMillis && start < toMillis) {
        visitor.visit(start, packed);
      }
    }
  }
}
