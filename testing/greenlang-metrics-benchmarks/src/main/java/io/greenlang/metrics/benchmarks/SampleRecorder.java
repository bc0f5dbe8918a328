package io.greenlang.metrics.benchmarks;

import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricSource;
import io.greenlang.metrics.collectors.JvmMetricSource;
import io.greenlang.metrics.collectors.SystemMetricSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Recorder of the collectors of the host and of this JVM, once per second, while a thread allocates
 * and computes.
 */
final class SampleRecorder {

  private static final int INTERVAL_MILLIS = 1_000;

  /** Seconds before the recording, because rates need an earlier collection. */
  private static final int WARM_UP = 2;

  private SampleRecorder() {}

  /** Records for a number of seconds. */
  static SampleRecording record(int seconds) throws Exception {
    MetricSource system = SystemMetricSource.create();
    MetricSource jvm = JvmMetricSource.create();
    Thread load = new Thread(SampleRecorder::load, "load");
    load.setDaemon(true);
    load.start();
    system.collect();
    List<List<Metric>> recorded = new ArrayList<>();
    for (int second = -WARM_UP; second < seconds; second++) {
      Thread.sleep(INTERVAL_MILLIS);
      List<Metric> collected = new ArrayList<>(system.collect());
      collected.addAll(jvm.collect());
      if (second >= 0) {
        recorded.add(collected);
      }
    }
    load.interrupt();
    return new SampleRecording(recorded);
  }

  /** Allocates and computes about a third of the time, until it is interrupted. */
  private static void load() {
    byte[][] retained = new byte[5_000][];
    while (true) {
      ThreadLocalRandom random = ThreadLocalRandom.current();
      for (int i = 0; i < 2_000; i++) {
        retained[random.nextInt(retained.length)] = new byte[random.nextInt(4_000)];
      }
      try {
        Thread.sleep(random.nextInt(10));
      } catch (InterruptedException e) {
        return;
      }
    }
  }
}
