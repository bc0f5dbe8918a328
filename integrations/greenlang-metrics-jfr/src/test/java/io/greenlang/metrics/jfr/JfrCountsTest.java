package io.greenlang.metrics.jfr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import io.greenlang.metrics.CounterStart;
import io.greenlang.metrics.Metric;
import java.lang.management.ClassLoadingMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Counts of allocation, exceptions, classes and threads, compared with the JVM's own. */
@Timeout(300)
class JfrCountsTest {

  private static final long MEGABYTE = 1024 * 1024;

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** The array that a thread allocated last, so that the compiler cannot avoid the allocation. */
  private volatile byte[] allocated = {};

  private JfrSamples samples = new JfrSamples(JfrSource.create());

  @AfterEach
  void stop() {
    samples.close();
  }

  private void allocate(long bytes) {
    int size = 16 * 1024;
    for (long done = 0; done < bytes; done += size) {
      allocated = new byte[size];
    }
  }

  @Test
  void allocation_newThread_agreesWithItsOwnCount() throws Exception {
    assertAllocationAgrees();
  }

  /** The source itself asks the JVM for 100 samples per second. */
  @Test
  void allocation_limitBelowTheRateOfSamples_isStillCounted() throws Exception {
    samples.close();
    samples = new JfrSamples(JfrSource.builder().maxEventsPerSecond(10).build());
    assertAllocationAgrees();
  }

  private void assertAllocationAgrees() throws InterruptedException {
    double before = samples.value("jfr.memory.allocated");
    long[] counted = new long[1];
    Thread worker =
        new Thread(
            () -> {
              allocateForThreeSeconds();
              counted[0] = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
            });
    worker.start();
    worker.join();
    samples.awaitThat(
        () ->
            assertThat(samples.value("jfr.memory.allocated") - before)
                .isCloseTo((double) counted[0], within(0.2 * counted[0])));
    assertThat(allocated).isNotEmpty();
  }

  @Test
  void allocation_threadOlderThanTheRecording_leavesOutItsPast() throws Exception {
    samples.close();
    CountDownLatch first = new CountDownLatch(1);
    CountDownLatch recording = new CountDownLatch(1);
    long[] counted = new long[1];
    Thread worker =
        new Thread(
            () -> {
              allocate(3000 * MEGABYTE);
              long bytesBefore = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
              first.countDown();
              awaitUninterruptibly(recording);
              allocateForThreeSeconds();
              long after = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
              counted[0] = after - bytesBefore;
            });
    worker.start();
    first.await();
    samples = new JfrSamples(JfrSource.create());
    double before = samples.value("jfr.memory.allocated");
    recording.countDown();
    worker.join();
    samples.awaitThat(
        () ->
            assertThat(samples.value("jfr.memory.allocated") - before)
                .isCloseTo((double) counted[0], within(0.25 * counted[0])));
  }

  /**
   * Allocates up to 200 MB per second. The estimate lacks the allocations of a thread after its
   * last sample, of up to 0.2 s.
   */
  /** Allocates for longer if the machine is busy, so that other threads allocate much less. */
  private void allocateForThreeSeconds() {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(3);
    for (int megabytes = 0; megabytes < 400 || System.nanoTime() < end; megabytes++) {
      allocate(MEGABYTE);
      long next = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(5);
      while (System.nanoTime() < next) {
        Thread.onSpinWait();
      }
    }
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void counters_ofThisSource_stateTheirStart() {
    assertThat(samples.collect())
        .filteredOn(metric -> metric.name().equals("jfr.socket.bytes_read"))
        .singleElement()
        .extracting(Metric::detail)
        .isInstanceOf(CounterStart.class);
  }

  /** An error that only this test throws. */
  private static final class KnownError extends Error {}

  @Test
  void exceptions_created_areCounted() {
    samples.awaitThat(() -> assertThat(samples.value("jfr.exceptions")).isNotNegative());
    double before = samples.value("jfr.exceptions");
    long messages =
        IntStream.range(0, 5_000)
            .mapToObj(i -> new IllegalStateException("number " + i))
            .filter(exception -> exception.getMessage() != null)
            .count();
    samples.awaitThat(
        () ->
            assertThat(samples.value("jfr.exceptions") - before)
                .isBetween((double) messages, messages + 500.0));
  }

  @Test
  void errors_created_areCountedByClass() {
    long messages =
        IntStream.range(0, 7)
            .mapToObj(i -> new KnownError())
            .filter(error -> error.getMessage() == null)
            .count();
    samples.awaitThat(
        () ->
            assertThat(samples.value("jfr.errors", "type", KnownError.class.getName()))
                .isEqualTo((double) messages));
  }

  @Test
  void classes_loaded_equalTheBean() {
    ClassLoadingMXBean classes = ManagementFactory.getClassLoadingMXBean();
    samples.awaitThat(
        () -> {
          assertThat(samples.value("jfr.classes.loaded"))
              .isCloseTo((double) classes.getTotalLoadedClassCount(), within(5.0));
          assertThat(samples.value("jfr.classes.unloaded"))
              .isCloseTo((double) classes.getUnloadedClassCount(), within(5.0));
        });
  }

  @Test
  void threads_started_equalTheBean() throws Exception {
    for (int i = 0; i < 50; i++) {
      Thread thread = new Thread(() -> {});
      thread.start();
      thread.join();
    }
    samples.awaitThat(
        () ->
            assertThat(samples.value("jfr.threads.started"))
                .isCloseTo((double) threads.getTotalStartedThreadCount(), within(2.0)));
  }
}
