package io.greenlang.metrics.jfr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Virtual threads that keep their carrier. Only the execution {@code newer-jdk} of the module runs
 * this test, because JDK 17 has no virtual threads. {@link RecordedPinningTest} runs on all JDKs.
 */
@Timeout(240)
class JfrPinnedThreadsTest {

  /** A timeout that is longer than any step takes, on a machine that many processes share. */
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private static final long HELD_MILLIS = 80;

  private final JfrSamples samples =
      new JfrSamples(
          JfrSource.builder()
              .pinnedThreshold(Duration.ofMillis(20))
              .maxEventsPerSecond(100_000)
              .build());

  @AfterEach
  void stop() {
    samples.close();
  }

  /** A class whose initialization blocks: no virtual thread can leave its carrier in there. */
  private static final class Initializer {

    static final CountDownLatch RELEASED = new CountDownLatch(1);

    private static final class Blocking {
      static {
        awaitUninterruptibly(RELEASED);
      }

      static void load() {}
    }
  }

  @Test
  void virtualThread_blockedInInitializer_isPinned() throws Exception {
    assertThat(Runtime.version().feature())
        .as("the JDK of this test; run all tests, with Temurin 25 in /usr/lib/jvm")
        .isGreaterThanOrEqualTo(24);
    Runnable task = Initializer.Blocking::load;
    Thread virtual =
        (Thread) Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, task);
    await().atMost(TIMEOUT).until(() -> virtual.getState() == Thread.State.WAITING);
    spin(HELD_MILLIS);
    Initializer.RELEASED.countDown();
    virtual.join();
    samples.awaitThat(
        () ->
            assertThat(samples.max("jfr.threads.pinned", tags -> tags.get("reason") != null))
                .isGreaterThan(HELD_MILLIS - 1));
  }

  /** Keeps the processor busy, because the load of this test is a wait of a known length. */
  private static void spin(long millis) {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    while (System.nanoTime() < end) {
      Thread.onSpinWait();
    }
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
