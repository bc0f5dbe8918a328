package io.greenlang.metrics.collectors.internal.system;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Busy percentages of the processors and of all of them together between two consecutive samples.
 * The total covers the processors that are in both samples. A processor that goes offline therefore
 * does not take its ticks since boot out of the total, and does not add them when it returns.
 * Confined to one thread.
 */
final class CpuLoads {

  private Map<String, CpuLoad> loads = Map.of();
  private final Map<String, CpuLoad.Ticks> ticks = new LinkedHashMap<>();

  /** Takes a sample of the cumulative ticks of each present processor, by its number. */
  void update(Map<String, long[]> ticksByCpu) {
    Map<String, CpuLoad> present = new LinkedHashMap<>();
    ticks.clear();
    ticksByCpu.forEach(
        (cpu, cumulative) -> {
          CpuLoad load = loads.getOrDefault(cpu, new CpuLoad());
          present.put(cpu, load);
          ticks.put(cpu, load.sincePrevious(cumulative));
        });
    loads = present;
  }

  /** Returns the busy percentage of all processors together; empty if it is unknown. */
  OptionalDouble percent() {
    return ticks.values().stream().reduce(CpuLoad.Ticks.NONE, CpuLoad.Ticks::plus).percent();
  }

  /** Returns the ticks of each processor between the two latest samples. */
  Map<String, CpuLoad.Ticks> byCpu() {
    return ticks;
  }
}
