package io.greenlang.metrics.internal.history;

import io.greenlang.metrics.SampleDetail;
import io.greenlang.metrics.internal.sample.SampleDetailCodec;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The details of the samples of a chunk, packed. One thread writes. Other threads may read the
 * details of samples that they know to exist: the chunk publishes its count after each detail.
 */
final class DetailStore {

  /** The memory of an array beside its contents, and of the reference to it. */
  private static final int ARRAY_BYTES = 24;

  private byte[] @Nullable [] packed = {};
  private byte @Nullable [] latest;
  private int bytes;

  /**
   * Stores the detail of sample {@code index}; null for none. Successive equal details share their
   * memory, because the start of a counter rarely changes. A detail replaces that of a sample that
   * was not appended because of an error.
   */
  void put(int index, @Nullable SampleDetail detail) {
    if (detail == null) {
      remove(index);
    } else {
      put(index, SampleDetailCodec.pack(detail));
    }
  }

  private void remove(int index) {
    if (index < packed.length) {
      packed[index] = null;
    }
  }

  private void put(int index, byte[] added) {
    if (index >= packed.length) {
      int capacity = Math.max(index + 1, 2 * packed.length);
      int growth = (capacity - packed.length) * Integer.BYTES;
      packed = Arrays.copyOf(packed, capacity);
      bytes += growth;
    }
    if (latest == null || !Arrays.equals(latest, added)) {
      latest = added;
      bytes += added.length + ARRAY_BYTES;
    }
    packed[index] = latest;
  }

  /** Returns the detail of a sample; null if it has none. */
  @Nullable SampleDetail get(int index) {
    byte[] @Nullable [] current = packed;
    byte[] found = index < current.length ? current[index] : null;
    return found == null ? null : SampleDetailCodec.unpack(ByteBuffer.wrap(found));
  }

  /** Returns the memory that the details take, in bytes. */
  int bytes() {
    return bytes;
  }
}
