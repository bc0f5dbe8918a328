package io.greenlang.metrics.redis.outage;

import static io.greenlang.metrics.redis.fixture.Instance.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.greenlang.metrics.broker.Gap;
import io.greenlang.metrics.broker.Publication;
import io.greenlang.metrics.redis.fixture.Instance;
import io.greenlang.metrics.redis.fixture.RecordingListener;
import io.greenlang.metrics.redis.fixture.TestInstances;
import io.greenlang.metrics.testkit.transport.fixture.ResourceUsage;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Memory use of an instance that publishes as fast as possible while Redis is unavailable. {@code
 * -Daway.seconds=600} sets the duration; the default is a few seconds.
 */
final class RedisOutageMemoryTest {

  private static final long SECONDS = Long.getLong("away.seconds", 3);
  private static final long HEAP_BYTES = 16L << 20;
  private static final int QUEUE_PUBLICATIONS = 50_000;
  private static final long QUEUE_BYTES = 4L << 20;

  @RegisterExtension final TestInstances instances = new TestInstances();

  /** Counts publications without storing them. */
  private static final class Counting extends RecordingListener {
    final AtomicLong count = new AtomicLong();
    final AtomicLong gaps = new AtomicLong();

    @Override
    public synchronized void onPublication(Publication next) {
      count.addAndGet(next.metrics().size());
    }

    @Override
    public synchronized void onGap(Gap interruption) {
      gaps.incrementAndGet();
    }
  }

  private Instance start(Counting counting) {
    return instances.start(
        instances.builder().queuePublications(QUEUE_PUBLICATIONS).queueBytes(QUEUE_BYTES),
        counting);
  }

  @Test
  void publish_longOutage_memoryStaysFlatAndQueueIsDelivered() {
    Counting localCounter = new Counting();
    Counting remoteCounter = new Counting();
    Instance one = start(localCounter);
    Instance two = start(remoteCounter);
    instances.redis.kill();
    long[] nanos = new long[1 << 20];
    long published = publish(one, SECONDS / 4.0, 0, nanos);
    long before = ResourceUsage.usedMemoryBytes();
    published = publish(one, SECONDS * 0.75, published, nanos);
    long after = ResourceUsage.usedMemoryBytes();
    double queued = one.health("queue.publications");
    double queuedBytes = one.health("queue.bytes");
    double dropped = one.health("dropped");
    long p99 = percentile99(nanos, published);
    System.out.printf(
        "outage %d s: %d published, %.0f queued (%.0f bytes), %.0f dropped, %d local gaps,"
            + " p99 %d us, heap %d KiB, then %d KiB%n",
        SECONDS,
        published,
        queued,
        queuedBytes,
        dropped,
        localCounter.gaps.get(),
        TimeUnit.NANOSECONDS.toMicros(p99),
        before >> 10,
        after >> 10);

    assertThat(queued).isBetween(1_000.0, (double) QUEUE_PUBLICATIONS);
    assertThat(queuedBytes).isLessThanOrEqualTo((double) QUEUE_BYTES);
    assertThat(dropped).isEqualTo(published - queued);
    assertThat(after - before).isLessThan(HEAP_BYTES);
    assertThat(TimeUnit.NANOSECONDS.toMillis(p99)).isLessThan(5);

    instances.redis.restart();
    one.awaitConnected();
    two.awaitConnected();
    await().atMost(TIMEOUT).until(() -> (double) remoteCounter.count.get(), n -> n >= queued);
    one.publish(-1);
    await().atMost(TIMEOUT).until(() -> (double) remoteCounter.count.get(), n -> n == queued + 1);
    assertThat(one.health("dropped")).isEqualTo(dropped);
    await().atMost(TIMEOUT).until(() -> one.health("queue.publications") == 0);
    assertThat(localCounter.count.get()).isPositive();
  }

  /** Publishes as fast as possible; returns the total number published. */
  private static long publish(Instance one, double seconds, long before, long[] nanos) {
    long published = before;
    long now = System.nanoTime();
    long until = now + (long) (seconds * TimeUnit.SECONDS.toNanos(1));
    while (now < until) {
      one.publish((double) published);
      long then = now;
      now = System.nanoTime();
      nanos[(int) (published++ & (nanos.length - 1))] = now - then;
    }
    return published;
  }

  private static long percentile99(long[] nanos, long count) {
    long[] sorted = Arrays.copyOf(nanos, (int) Math.min(count, nanos.length));
    Arrays.sort(sorted);
    return sorted[sorted.length * 99 / 100];
  }
}
