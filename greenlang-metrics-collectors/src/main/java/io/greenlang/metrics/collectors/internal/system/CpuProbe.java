package io.greenlang.metrics.collectors.internal.system;

import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.collectors.internal.linux.KernelFiles;
import io.greenlang.metrics.collectors.internal.linux.ProcStat;
import io.greenlang.metrics.collectors.internal.support.SampleCollector;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import oshi.hardware.CentralProcessor;

/**
 * Probe of {@code cpu.percent}, {@code cpu.core.percent} for the first {@value #MAX_CORES} logical
 * processors, {@code cpu.count}, {@code cpu.frequency} and the load averages. On Linux it reads the
 * ticks itself, because OSHI numbers the processors by their position (ADR 38).
 */
final class CpuProbe implements SystemProbes.Probe {

  private static final int MAX_CORES = 256;
  private static final double HERTZ_PER_MEGAHERTZ = 1e6;

  /** The key of all processors together, if the system reports no ticks of each. */
  private static final String ALL = "";

  private final CentralProcessor processor;
  private final Supplier<Map<String, long[]>> ticksByCpu;
  private final CpuLoads loads = new CpuLoads();
  private final AdaptiveThrottle frequencyThrottle;

  CpuProbe(CentralProcessor processor, KernelFiles files, MetricsClock clock) {
    this.processor = processor;
    this.ticksByCpu =
        files.isReadable(ProcStat.PATH) ? new ProcStat(files)::read : this::ticksOfOshi;
    this.frequencyThrottle = new AdaptiveThrottle(clock);
  }

  @Override
  public void read(SampleCollector samples) {
    Map<String, long[]> ticks = ticksByCpu.get();
    loads.update(ticks);
    loads.percent().ifPresent(percent -> samples.gauge("cpu.percent", percent));
    writeCores(samples);
    samples.gauge("cpu.count", count(ticks));
    frequencyThrottle.run(() -> samples.gauge("cpu.frequency", megahertz()));
    double[] averages = processor.getSystemLoadAverage(3);
    samples.gauge("load.1m", averages[0]);
    samples.gauge("load.5m", averages[1]);
    samples.gauge("load.15m", averages[2]);
  }

  /** Returns the ticks of the processors by their position. */
  private Map<String, long[]> ticksOfOshi() {
    long[][] ticks = processor.getProcessorCpuLoadTicks();
    if (ticks.length == 0) {
      return Map.of(ALL, processor.getSystemCpuLoadTicks());
    }
    Map<String, long[]> byPosition = new LinkedHashMap<>();
    for (int i = 0; i < ticks.length; i++) {
      byPosition.put(Integer.toString(i), ticks[i]);
    }
    return byPosition;
  }

  private void writeCores(SampleCollector samples) {
    loads.byCpu().entrySet().stream()
        .filter(entry -> !entry.getKey().equals(ALL))
        .limit(MAX_CORES)
        .forEach(
            entry -> {
              SampleCollector samplesOfCore = samples.withTag("cpu", entry.getKey());
              entry
                  .getValue()
                  .percent()
                  .ifPresent(percent -> samplesOfCore.gauge("cpu.core.percent", percent));
            });
  }

  /** Returns the number of online processors. OSHI counts them only once, at its start. */
  private int count(Map<String, long[]> ticks) {
    return ticks.isEmpty() || ticks.containsKey(ALL)
        ? processor.getLogicalProcessorCount()
        : ticks.size();
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
