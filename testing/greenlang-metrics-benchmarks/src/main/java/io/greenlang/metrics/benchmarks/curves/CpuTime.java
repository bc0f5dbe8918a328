package io.greenlang.metrics.benchmarks.curves;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;

/** CPU time of the calling thread. */
final class CpuTime {

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final double NANOS_PER_MICRO = 1e3;

  private CpuTime() {}

  /** Runs a work several times and returns the median of its CPU time in microseconds. */
  static double medianMicros(int times, Runnable work) {
    double[] micros = new double[times];
    for (int i = 0; i < times; i++) {
      long start = THREADS.getCurrentThreadCpuTime();
      work.run();
      micros[i] = (THREADS.getCurrentThreadCpuTime() - start) / NANOS_PER_MICRO;
    }
    Arrays.sort(micros);
    return micros[times / 2];
  }
}
