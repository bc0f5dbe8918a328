package io.greenlang.metrics.internal.frame;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Tests the ring when memory is exhausted. */
final class FrameRingTest {

  private static final int ENTRY_BYTES = 1500;

  private boolean memoryAvailable = true;
  private final FrameRing ring = new FrameRing(new DirectBufferPool(this::allocate), 1 << 20);

  @Test
  void append_noMemory_discardsAllAndKeepsCounting() {
    append(3);
    memoryAvailable = false;
    while (ring.locate(0, null) != null) {
      append(1);
    }
    long head = ring.nextEntryIndex();
    for (long entryIndex = 0; entryIndex < head; entryIndex++) {
      assertThat(ring.locate(entryIndex, null)).as("entry %d", entryIndex).isNull();
    }
    assertThat(ring.position()).isEqualTo(new FrameRing.Position(head, head, head, 10 * head));
  }

  @Test
  void append_memoryAvailableAgain_retainsNewEntries() {
    memoryAvailable = false;
    append(2);
    memoryAvailable = true;
    append(1);
    assertThat(ring.locate(1, null)).isNull();
    RingSegment segment = Objects.requireNonNull(ring.locate(2, null));
    assertThat(segment.firstEntryIndex()).isEqualTo(2);
    assertThat(ring.position()).isEqualTo(new FrameRing.Position(3, 3, 3, 30));
  }

  @Test
  void locate_hintFromBeforeExhaustion_findsNewEntries() {
    append(1);
    RingSegment before =
        Objects.requireNonNull(ring.locate(0, null)); // retains it, as a socket would
    memoryAvailable = false;
    while (ring.isRetained(0)) {
      append(1);
    }
    assertThat(ring.locate(ring.nextEntryIndex() - 1, before)).isNull();
    memoryAvailable = true;
    append(1);
    long latest = ring.nextEntryIndex() - 1;
    assertThat(Objects.requireNonNull(ring.locate(latest, before)).firstEntryIndex())
        .isEqualTo(latest);
  }

  private void append(int count) {
    for (int i = 0; i < count; i++) {
      FrameBuffer entry = new FrameBuffer();
      entry.put(new byte[ENTRY_BYTES]);
      ring.append(entry, 1, 10, ring.nextEntryIndex() + 1, 0);
    }
  }

  private ByteBuffer allocate(int bytes) {
    if (!memoryAvailable) {
      throw new OutOfMemoryError("on purpose");
    }
    return ByteBuffer.allocateDirect(bytes);
  }
}
