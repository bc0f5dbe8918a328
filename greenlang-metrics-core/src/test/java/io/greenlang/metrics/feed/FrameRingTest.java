package io.greenlang.metrics.feed;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What a ring does where there is no memory. */
final class FrameRingTest {

  private static final int ENTRY_BYTES = 1500;

  private boolean isMemory = true;
  private final FrameRing ring = new FrameRing(new MemoryPool(this::allocate), 1 << 20);

  @Test
  void append_noMemory_forgetsAllAndCountsOn() {
    append(3);
    isMemory = false;
    while (ring.locate(0, null) != null) {
      append(1);
    }
    long head = ring.head();
    for (long sequence = 0; sequence < head; sequence++) {
      assertThat(ring.locate(sequence, null)).as("entry %d", sequence).isNull();
    }
    assertThat(ring.position()).isEqualTo(new RingPosition(head, head, head, 10 * head));
  }

  @Test
  void append_memoryIsBack_hasWhatCameSinceThen() {
    isMemory = false;
    append(2);
    isMemory = true;
    append(1);
    assertThat(ring.locate(1, null)).isNull();
    RingSegment segment = Objects.requireNonNull(ring.locate(2, null));
    assertThat(segment.firstSequence).isEqualTo(2);
    assertThat(ring.position()).isEqualTo(new RingPosition(3, 3, 3, 30));
  }

  @Test
  void locate_hintIsOfTheTimeBefore_findsWhatCameSinceThen() {
    append(1);
    RingSegment before = Objects.requireNonNull(ring.locate(0, null)); // and holds it, as a socket
    isMemory = false;
    while (ring.has(0)) {
      append(1);
    }
    assertThat(ring.locate(ring.head() - 1, before)).isNull();
    isMemory = true;
    append(1);
    long newest = ring.head() - 1;
    assertThat(Objects.requireNonNull(ring.locate(newest, before)).firstSequence).isEqualTo(newest);
  }

  private void append(int count) {
    for (int i = 0; i < count; i++) {
      FrameBuffer entry = new FrameBuffer();
      entry.put(new byte[ENTRY_BYTES]);
      ring.append(entry, 1, 10, ring.head() + 1, 0);
    }
  }

  private ByteBuffer allocate(int bytes) {
    if (!isMemory) {
      throw new OutOfMemoryError("on purpose");
    }
    return ByteBuffer.allocateDirect(bytes);
  }
}
