package io.greenlang.metrics.collectors.internal.system;

import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.collectors.internal.support.SampleCollector;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import oshi.hardware.CentralProcessor;

/**
 * Probe of {@code cpu.percent}, {@code cpu.core.percent} for the first {@value #MAX_CORES} logical
 * processors, {@code cpu.count}, {@code cpu.frequency} and the load averages.
 */
final class CpuProbe implements SystemProbes.Probe {

  private static final int MAX_CORES = 256;
  private static final double HERTZ_PER_MEGAHERTZ = 1e6;

  private final CentralProcessor processor;
  private final CpuLoad load = new CpuLoad();
  private final List<CpuLoad> cores = new ArrayList<>();
  private final AdaptiveThrottle frequencyThrottle;

  CpuProbe(CentralProcessor processor, MetricsClock clock) {
    this.processor = processor;
    this.frequencyThrottle = new AdaptiveThrottle(clock);
  }

  @Override
  public void read(SampleCollector samples) {
    long[][] ticks = processor.getProcessorCpuLoadTicks();
    load.percentSincePrevious(sum(ticks))
        .ifPresent(percent -> samples.gauge("cpu.percent", percent));
    readCores(ticks, samples);
    samples.gauge("cpu.count", processor.getLogicalProcessorCount());
    frequencyThrottle.run(() -> samples.gauge("cpu.frequency", megahertz()));
    double[] averages = processor.getSystemLoadAverage(3);
    samples.gauge("load.1m", averages[0]);
    samples.gauge("load.5m", averages[1]);
    samples.gauge("load.15m", averages[2]);
  }

  /**
   * Returns the ticks of all processors together. They are summed from one sample, so that the
   * total agrees with its cores; OSHI would read them separately.
   */
  private long[] sum(long[][] coreTicks) {
    if (coreTicks.length == 0) {
      return processor.getSystemCpuLoadTicks(); // no per-processor ticks on this system
    }
    long[] sum = new long[coreTicks[0].length];
    for (long[] ticks : coreTicks) {
      Arrays.setAll(sum, type -> sum[type] + ticks[type]);
    }
    return sum;
  }

  private void readCores(long[][] ticks, SampleCollector samples) {
    for (int core = 0; core < Math.min(ticks.length, MAX_CORES); core++) {
      if (core == cores.size()) {
        cores.add(new CpuLoad());
      }
      SampleCollector samplesOfCore = samples.withTag("cpu", Integer.toString(core));
      cores
          .get(core)
          .percentSincePrevious(ticks[core])
          .ifPresent(percent -> samplesOfCore.gauge("cpu.core.percent", percent));
    }
  }

  /** Returns the mean frequency of the processors whose frequency is known; NaN if none is. */
  private double megahertz() {
    return LongStream.of(processor.getCurrentFreq())
            .filter(hertz -> hertz > 0)
            .average()
            .orElse(Double.NaN)
        / HERTZ_PER_MEGAHERTZ;
  }
}
