package io.greenlang.metrics.collectors;

import io.greenlang.metrics.MetricsClock;
import java.util.stream.LongStream;
import oshi.hardware.CentralProcessor;

/** {@code cpu.percent}, {@code cpu.count}, {@code cpu.frequency} and the load averages. */
final class CpuProbe implements Probe {

  private static final double HERTZ_PER_MEGAHERTZ = 1e6;

  private final CentralProcessor processor;
  private final CpuLoad load = new CpuLoad();
  private final CostLimit frequencyCost;

  CpuProbe(CentralProcessor processor, MetricsClock clock) {
    this.processor = processor;
    this.frequencyCost = new CostLimit(clock);
  }

  @Override
  public void read(Readings readings) {
    load.percentSince(processor.getSystemCpuLoadTicks())
        .ifPresent(percent -> readings.gauge("cpu.percent", percent));
    readings.gauge("cpu.count", processor.getLogicalProcessorCount());
    frequencyCost.run(() -> readings.gauge("cpu.frequency", megahertz()));
    double[] averages = processor.getSystemLoadAverage(3);
    readings.gauge("load.1m", averages[0]);
    readings.gauge("load.5m", averages[1]);
    readings.gauge("load.15m", averages[2]);
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
