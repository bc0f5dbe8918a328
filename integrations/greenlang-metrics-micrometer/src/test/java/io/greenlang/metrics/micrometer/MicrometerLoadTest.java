package io.greenlang.metrics.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Distribution;
import io.greenlang.metrics.Metric;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.config.NamingConvention;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Meters that threads add, record and remove while another thread collects. */
@Timeout(180)
class MicrometerLoadTest {

  private static final int THREADS = 4;
  private static final int ROUNDS = 20_000;

  private final MeterRegistry registry = new GreenlangMeterRegistry();
  private final MicrometerSource source = MicrometerSource.of(registry);

  @Test
  void collect_metersAddedAndRemoved_countsEachObservationOnce() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    List<Future<Integer>> recorded =
        IntStream.range(0, THREADS).mapToObj(this::recorder).map(threads::submit).toList();
    threads.shutdown();
    long collected = 0;
    while (!threads.awaitTermination(1, TimeUnit.MILLISECONDS)) {
      collected += observations();
    }
    collected += observations();
    long expected = 0;
    for (Future<Integer> each : recorded) {
      expected += each.get();
    }
    assertThat(collected).isEqualTo(expected);
    assertThat(source.skipped()).isZero();
  }

  @Test
  void collect_metersAndConventionRenamed_countsEachObservationOnce() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    List<Future<Integer>> recorded =
        IntStream.range(0, THREADS).mapToObj(this::renamer).map(threads::submit).toList();
    threads.shutdown();
    // Has an observation in each collection, however fast the threads are.
    Timer own = registry.timer("load.work.0", "part", "collector");
    Set<String> names = new HashSet<>();
    long collected = 0;
    long expected = 0;
    boolean ended = false;
    for (int i = 0; i < 2 || !ended; i++) {
      registry
          .config()
          .namingConvention(i % 2 == 0 ? NamingConvention.snakeCase : NamingConvention.identity);
      own.record(1, TimeUnit.MILLISECONDS);
      expected++;
      ended = threads.awaitTermination(1, TimeUnit.MILLISECONDS);
      collected += observations(names);
    }
    for (Future<Integer> each : recorded) {
      expected += each.get();
    }
    assertThat(collected).isEqualTo(expected);
    assertThat(names).contains("load.work.0", "load_work_0");
    assertThat(source.skipped()).isZero();
  }

  /** Records into a timer that is removed and added under another name from time to time. */
  private Callable<Integer> renamer(int thread) {
    return () -> {
      for (int i = 0; i < ROUNDS; i++) {
        String name = "load.work." + i / 100 % 7;
        Timer timer = registry.timer(name, "part", String.valueOf(thread));
        timer.record(i, TimeUnit.MICROSECONDS);
        if (i % 100 == 99) {
          registry.remove(timer);
        }
      }
      return ROUNDS;
    };
  }

  /** Records into timers of its own names, and removes one from time to time. */
  private Callable<Integer> recorder(int thread) {
    return () -> {
      Random random = new Random(thread);
      for (int i = 0; i < ROUNDS; i++) {
        Timer timer = registry.timer("work", "part", thread + "-" + random.nextInt(20));
        timer.record(random.nextInt(1000), TimeUnit.MICROSECONDS);
        if (random.nextInt(50) == 0) {
          registry.remove(timer);
        }
      }
      return ROUNDS;
    };
  }

  private long observations() {
    return observations(new HashSet<>());
  }

  private long observations(Set<String> names) {
    return source.collect().stream()
        .peek(each -> names.add(each.name()))
        .map(Metric::detail)
        .mapToLong(each -> ((Distribution) Objects.requireNonNull(each)).count())
        .sum();
  }
}
