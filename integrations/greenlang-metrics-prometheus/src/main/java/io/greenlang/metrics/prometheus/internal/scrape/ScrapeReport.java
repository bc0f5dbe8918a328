package io.greenlang.metrics.prometheus.internal.scrape;

import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.internal.util.ThrottledLog;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.LoggerFactory;

/**
 * The numbers of samples that a source read and lost. Each kind of loss is logged at most once per
 * minute. Thread-safe.
 */
public final class ScrapeReport {

  private final String target;
  private final ThrottledLog log;
  private final LongAdder scrapes = new LongAdder();
  private final LongAdder samples = new LongAdder();
  private final LongAdder badLines = new LongAdder();
  private final LongAdder unpublishable = new LongAdder();
  private final LongAdder overLimit = new LongAdder();

  /**
   * The counts at one moment, since the source was built.
   *
   * @param scrapes answers that were read
   * @param samples samples that were collected
   * @param badLines lines, or metrics in Protocol Buffers, that break the format or contradict
   *     others
   * @param unpublishable samples that no metric can represent
   * @param overLimit samples beyond the limit of series
   */
  public record Counts(
      long scrapes, long samples, long badLines, long unpublishable, long overLimit) {}

  /**
   * Creates a report.
   *
   * @param target the target's address, for the log
   */
  public ScrapeReport(String target, MetricsClock clock) {
    this.target = target;
    this.log =
        new ThrottledLog(
            LoggerFactory.getLogger("io.greenlang.metrics.prometheus.PrometheusSource"), clock);
  }

  void scraped(int collected) {
    scrapes.increment();
    samples.add(collected);
  }

  /** Counts a line, or a part of a family, whose place is given for the log. */
  void badLine(String place, String problem) {
    badLines.increment();
    log.warn("Left out {} of {}: it {}", place, target, problem);
  }

  void unpublishable(String series, String problem) {
    unpublishable.increment();
    log.warn("Left out a series of {}: {}: {}", target, series, problem);
  }

  void overLimit(int dropped, int maxSeries) {
    overLimit.add(dropped);
    log.warn(
        "Left out {} samples of {} beyond the limit of {} series; raise maxSeries or select names",
        dropped,
        target,
        maxSeries);
  }

  /** Returns the counts. */
  public Counts counts() {
    return new Counts(
        scrapes.sum(), samples.sum(), badLines.sum(), unpublishable.sum(), overLimit.sum());
  }
}
