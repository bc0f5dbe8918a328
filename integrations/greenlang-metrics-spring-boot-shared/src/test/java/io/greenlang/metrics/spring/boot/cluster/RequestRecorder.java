package io.greenlang.metrics.spring.boot.cluster;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.cumulative.CumulativeTimer;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.core.instrument.distribution.pause.PauseDetector;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/**
 * A second registry of an application that keeps the exact duration of each request for orders, in
 * milliseconds. Micrometer gives it the same numbers as the first one.
 */
final class RequestRecorder extends SimpleMeterRegistry {

  private final Queue<Double> durations = new ConcurrentLinkedQueue<>();

  /** Returns the durations since the last call. */
  List<Double> drain() {
    List<Double> drained = new ArrayList<>();
    for (Double each = durations.poll(); each != null; each = durations.poll()) {
      drained.add(each);
    }
    return drained;
  }

  int size() {
    return durations.size();
  }

  @Override
  protected Timer newTimer(
      Meter.Id id, DistributionStatisticConfig config, PauseDetector pauseDetector) {
    return new CumulativeTimer(id, clock, config, pauseDetector, getBaseTimeUnit(), false) {
      @Override
      protected void recordNonNegative(long amount, TimeUnit unit) {
        super.recordNonNegative(amount, unit);
        if (id.getName().equals("http.server.requests") && "/orders".equals(id.getTag("uri"))) {
          durations.add(unit.toNanos(amount) / 1e6);
        }
      }
    };
  }
}
