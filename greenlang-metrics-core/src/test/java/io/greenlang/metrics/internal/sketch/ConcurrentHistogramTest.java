package io.greenlang.metrics.internal.sketch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ConcurrentHistogramTest {

  private final ConcurrentHistogram histogram = new ConcurrentHistogram();

  /** A sink whose first bucket makes the thread that drains record once more. */
  private final class RecordingSink implements ConcurrentHistogram.Sink {

    private long count;
    private double sum;

    @Override
    public void addBucket(int sign, int index, long added) {
      if (count == 0) {
        histogram.add(7);
      }
      count += added;
    }

    @Override
    public void addStatistics(double added, double min, double max) {
      sum += added;
    }

    @Override
    public void addStatistics(long added, double mean, double min, double max) {
      sum += added * mean;
    }
  }

  @Test
  void add_stripeIsBeingDrained_isDrainedOnce() {
    RecordingSink sink = new RecordingSink();
    histogram.add(5);
    histogram.drainTo(sink);
    histogram.drainTo(sink);
    assertThat(sink.count).isEqualTo(2);
    assertThat(sink.sum).isEqualTo(12);
  }
}
