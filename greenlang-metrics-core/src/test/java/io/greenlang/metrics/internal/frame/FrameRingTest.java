package io.greenlang.metrics.internal.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests rings that share a budget of memory, and their pool of buffers. */
final class FrameRingTest {

  private static final int ENTRY_BYTES = 1500;
  private static final long BUDGET = 64 * 1024;

  private final List<ByteBuffer> allocated = new ArrayList<>();
  private final FeedMemory memory = new FeedMemory(BUDGET);
  private final DirectBufferPool pool =
      new DirectBufferPool(memory, this::allocate, this::allocateOnHeap);
  private boolean directMemoryAvailable = true;
  private boolean heapAvailable = true;
  private final FrameRing ring = ring(1);

  private FrameRing ring(int readers) {
    FrameRing created = new FrameRing(pool, 1 << 20);
    created.addWeight(readers);
    return created;
  }

  @Test
  void append_budgetUsedByOthers_discardsAllAndKeepsCounting() {
    append(ring, 3);
    assertThat(memory.tryReserve(BUDGET - memory.usedBytes())).isTrue();
    ring.addWeight(1_000_000); // its share is not the limit
    while (ring.locate(0, null) != null) {
      append(ring, 1);
    }
    long head = ring.nextEntryIndex();
    for (long entryIndex = 0; entryIndex < head; entryIndex++) {
      assertThat(ring.locate(entryIndex, null)).as("entry %d", entryIndex).isNull();
      assertThat(ring.isDiscarded(entryIndex)).as("entry %d", entryIndex).isTrue();
    }
    assertThat(ring.position()).isEqualTo(new FrameRing.Position(head, head, head, 10 * head));
  }

  @Test
  void append_budgetAvailableAgain_retainsNewEntries() {
    memory.tryReserve(BUDGET);
    append(ring, 2);
    memory.release(BUDGET);
    append(ring, 1);
    assertThat(ring.locate(1, null)).isNull();
    RingSegment segment = Objects.requireNonNull(ring.locate(2, null));
    assertThat(segment.firstEntryIndex()).isEqualTo(2);
    assertThat(ring.isDiscarded(1)).isTrue();
    assertThat(ring.isDiscarded(2)).isFalse();
    assertThat(ring.position()).isEqualTo(new FrameRing.Position(3, 3, 3, 30));
  }

  @Test
  void locate_hintFromBeforeExhaustion_findsNewEntries() {
    append(ring, 1);
    RingSegment before =
        Objects.requireNonNull(ring.locate(0, null)); // retains it, as a socket would
    long reserved = BUDGET - memory.usedBytes();
    memory.tryReserve(reserved);
    while (ring.isRetained(0)) {
      append(ring, 1);
    }
    assertThat(ring.locate(ring.nextEntryIndex() - 1, before)).isNull();
    memory.release(reserved);
    append(ring, 1);
    long latest = ring.nextEntryIndex() - 1;
    assertThat(Objects.requireNonNull(ring.locate(latest, before)).firstEntryIndex())
        .isEqualTo(latest);
  }

  @Test
  void append_manyRings_staysWithinTheBudgetAndFavorsReaders() {
    FrameRing popular = ring(100);
    List<FrameRing> unpopular = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      unpopular.add(ring(1));
    }
    for (int i = 0; i < 200; i++) {
      append(popular, 1);
      unpopular.forEach(each -> append(each, 1));
      assertThat(memory.usedBytes()).isLessThanOrEqualTo(BUDGET);
    }

    assertThat(retained(popular)).as("entries of the popular ring").isGreaterThanOrEqualTo(10);
    assertThat(unpopular).allMatch(each -> retained(each) <= 2);
  }

  @Test
  void close_ring_returnsItsMemory() {
    append(ring, 20);
    assertThat(memory.usedBytes()).isPositive();
    ring.close();
    assertThat(memory.usedBytes()).isZero();
  }

  @Test
  void acquire_noIdleBuffer_allocatesOnlyInRefill() {
    append(ring, 10);
    assertThat(allocated).as("direct buffers").isEmpty();
    pool.refill();
    assertThat(allocated).isNotEmpty();

    int count = allocated.size();
    ByteBuffer reused = Objects.requireNonNull(pool.acquire(2_000));
    assertThat(reused.isDirect()).isTrue();
    assertThat(allocated).hasSize(count);
  }

  @Test
  void refill_noDirectMemory_leavesTheRingOnTheHeap() {
    directMemoryAvailable = false;
    append(ring, 10);
    pool.refill();
    append(ring, 10);
    assertThat(ring.isRetained(0)).isTrue();
  }

  @Test
  void append_noHeap_returnsTheBudgetAndLapsTheReaders() {
    heapAvailable = false;
    append(ring, 1);

    assertThat(memory.usedBytes()).isZero();
    assertThat(ring.isDiscarded(0)).isTrue();
    assertThat(ring.position().metrics()).isEqualTo(10);

    heapAvailable = true;
    append(ring, 1);
    assertThat(ring.isRetained(1)).isTrue();
  }

  @Test
  void discard_entryThatCannotBeBuilt_countsItsMetricsAndKeepsNothing() {
    append(ring, 3);
    ring.discard(1, 10, 4);

    assertThat(ring.position()).isEqualTo(new FrameRing.Position(4, 4, 4, 40));
    assertThat(ring.locate(2, null)).isNull();
    assertThat(memory.usedBytes()).isZero();
  }

  /** A deque that has stored an element when it fails, like that of the JDK. */
  private static final class FailingDeque<T> extends ArrayDeque<T> {
    private boolean failing;

    @Override
    public void addLast(T element) {
      super.addLast(element);
      if (failing) {
        failing = false;
        throw new OutOfMemoryError("on purpose");
      }
    }
  }

  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void append_noMemoryToListTheSegment_keepsTheEntriesAndLinksTheNextOne() {
    FailingDeque<RingSegment> segments = new FailingDeque<>();
    FrameRing failing = new FrameRing(pool, 1 << 20, segments);
    failing.addWeight(1);
    append(failing, 3); // the second segment is full
    long usedBytes = memory.usedBytes();
    segments.failing = true;
    assertThatThrownBy(() -> append(failing, 1)).hasMessage("on purpose");
    assertThat(memory.usedBytes()).isEqualTo(usedBytes);
    append(failing, 1);

    for (long entryIndex = 0; entryIndex < 4; entryIndex++) {
      RingSegment segment = Objects.requireNonNull(failing.locate(entryIndex, null));
      assertThat(segment.firstEntryIndex() + segment.entries()).isGreaterThan(entryIndex);
      segment.frames().release();
    }
    failing.close();
    assertThat(memory.usedBytes()).isZero();
  }

  @Test
  void parse_argumentsOfTheJvm_readsUnits() {
    assertThat(FeedMemory.parse("-XX:MaxDirectMemorySize=16m")).isEqualTo(16L << 20);
    assertThat(FeedMemory.parse("-XX:MaxDirectMemorySize=2G")).isEqualTo(2L << 30);
    assertThat(FeedMemory.parse("-XX:MaxDirectMemorySize=1048576")).isEqualTo(1L << 20);
    assertThat(FeedMemory.parse("-Xmx16m")).isZero();
  }

  private static long retained(FrameRing ring) {
    long first = ring.nextEntryIndex();
    while (first > 0 && ring.isRetained(first - 1)) {
      first--;
    }
    return ring.nextEntryIndex() - first;
  }

  private static void append(FrameRing ring, int count) {
    for (int i = 0; i < count; i++) {
      FrameBuffer entry = new FrameBuffer();
      entry.put(new byte[ENTRY_BYTES]);
      ring.append(entry, 1, 10, ring.nextEntryIndex() + 1, 0);
    }
  }

  private ByteBuffer allocateOnHeap(int bytes) {
    if (!heapAvailable) {
      throw new OutOfMemoryError("on purpose");
    }
    return ByteBuffer.allocate(bytes);
  }

  private ByteBuffer allocate(int bytes) {
    if (!directMemoryAvailable) {
      throw new OutOfMemoryError("on purpose");
    }
    ByteBuffer buffer = ByteBuffer.allocateDirect(bytes);
    allocated.add(buffer);
    return buffer;
  }
}
