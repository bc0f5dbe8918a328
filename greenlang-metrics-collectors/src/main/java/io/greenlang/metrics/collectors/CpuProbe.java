package io.greenlang.metrics.collectors;

import io.greenlang.metrics.MetricsClock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import oshi.hardware.CentralProcessor;

/**
 * {@code cpu.percent}, {@code cpu.core.percent} of the first {@value #MAX_CORES} logical
 * processors, {@code cpu.count}, {@code cpu.frequency} and the load averages.
 */
final class CpuProbe implements Probe {

  private static final int MAX_CORES = 256;
  private static final double HERTZ_PER_MEGAHERTZ = 1e6;

  private final CentralProcessor processor;
  private final CpuLoad load = new CpuLoad();
  private final List<CpuLoad> cores = new ArrayList<>();
  private final CostLimit frequencyCost;

  CpuProbe(CentralProcessor processor, MetricsClock clock) {
    this.processor = processor;
    this.frequencyCost = new CostLimit(clock);
  }

  @Override
  public void read(Readings readings) {
    long[][] ticks = processor.getProcessorCpuLoadTicks();
    load.percentSince(sum(ticks)).ifPresent(percent -> readings.gauge("cpu.percent", percent));
    readCores(ticks, readings);
    readings.gauge("cpu.count", processor.getLogicalProcessorCount());
    frequencyCost.run(() -> readings.gauge("cpu.frequency", megahertz()));
    double[] averages = processor.getSystemLoadAverage(3);
    readings.gauge("load.1m", averages[0]);
    readings.gauge("load.5m", averages[1]);
    readings.gauge("load.15m", averages[2]);
  }

  /** Of one reading, so that the whole is what its cores come to; OSHI asks for them separately. */
  private long[] sum(long[][] ofCores) {
    if (ofCores.length == 0) {
      return processor.getSystemCpuLoadTicks(); // a system that does not tell them apart
    }
    long[] sum = new long[ofCores[0].length];
    for (long[] ofCore : ofCores) {
      Arrays.setAll(sum, type -> sum[type] + ofCore[type]);
    }
    return sum;
  }

  private void readCores(long[][] ticks, Readings readings) {
    for (int core = 0; core < Math.min(ticks.length, MAX_CORES); core++) {
      if (core == cores.size()) {
        cores.add(new CpuLoad());
      }
      Readings ofCore = readings.of("cpu", Integer.toString(core));
      cores
          .get(core)
          .percentSince(ticks[core])
          .ifPresent(percent -> ofCore.gauge("cpu.core.percent", percent));
    }
  }

  /** The mean over the processors whose frequency is known; NaN if none is. */
  private double megahertz() {
    return LongStream.of(processor.getCurrentFreq())
            .filter(hertz -> hertz > 0)
            .average()
            .orElse(Double.NaN)
        / HERTZ_PER_MEGAHERTZ;
  }
}
