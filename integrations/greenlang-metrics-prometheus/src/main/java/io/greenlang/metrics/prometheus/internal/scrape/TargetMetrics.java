package io.greenlang.metrics.prometheus.internal.scrape;

import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricDescription;
import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.prometheus.internal.protobuf.FamilyHandler;
import io.greenlang.metrics.prometheus.internal.protobuf.MetricFamilyParser;
import io.greenlang.metrics.prometheus.internal.protobuf.NativeHistogram;
import io.greenlang.metrics.prometheus.internal.text.BadLineException;
import io.greenlang.metrics.prometheus.internal.text.ExpositionFormat;
import io.greenlang.metrics.prometheus.internal.text.ExpositionParser;
import io.greenlang.metrics.prometheus.internal.text.FamilyType;
import java.io.IOException;
import java.util.Collection;
import java.util.List;

/**
 * The metrics of a target, with the state between scrapes that histograms and counters need. One
 * thread at a time uses it.
 */
public final class TargetMetrics {

  private final SeriesOptions options;
  private final ScrapeReport report;
  private final MetricsClock clock;
  private final FamilyTable families;
  private final SeriesTable series;
  private final FamilyDescriptions descriptions = new FamilyDescriptions();
  private final Lines lines = new Lines();
  private ExpositionFormat format = ExpositionFormat.TEXT;
  private long scrape;

  /** Creates the metrics of a target that was not scraped yet. */
  public TargetMetrics(SeriesOptions options, ScrapeReport report, MetricsClock clock) {
    this.options = options;
    this.report = report;
    this.clock = clock;
    this.families = new FamilyTable(2 * options.maxSeries());
    this.series = new SeriesTable(options, families, report);
  }

  /**
   * Reads an answer.
   *
   * @param requestMillis the wall time before the request
   * @return its samples, without timestamps
   * @throws IOException if the answer is incomplete; the next one continues after the previous one
   */
  public List<Metric> read(TargetClient.Answer answer, long requestMillis) throws IOException {
    scrape++;
    families.begin(scrape, answer.format());
    series.begin(scrape, answer.format(), requestMillis, clock.wallTimeMillis());
    if (!parse(answer)) {
      throw new IOException("the body does not end as its format demands, so it is incomplete");
    }
    List<Metric> samples = series.end();
    families.end();
    boolean hasNewDescription = families.pollDescribed();
    if (series.pollNewSeries() || hasNewDescription) {
      descriptions.update(options.channel(), series.all());
    }
    report.scraped(samples.size());
    return samples;
  }

  private boolean parse(TargetClient.Answer answer) {
    format = answer.format();
    return format == ExpositionFormat.PROTOBUF
        ? MetricFamilyParser.parse(answer.body(), lines)
        : ExpositionParser.parse(answer.body(), format, lines);
  }

  /** Returns the descriptions of the metrics; the same collection unless they changed. */
  public Collection<MetricDescription> descriptions() {
    return descriptions.all();
  }

  /** A forwarder of the lines or the families of an answer. */
  private final class Lines implements FamilyHandler {

    @Override
    public void type(String family, FamilyType type) throws BadLineException {
      families.type(family, type);
    }

    @Override
    public void help(String family, String text) throws BadLineException {
      families.help(family, text);
    }

    @Override
    public void unit(String family, String unit) throws BadLineException {
      families.unit(family, unit);
    }

    @Override
    public void sample(String text, double value) throws BadLineException {
      series.add(text, value);
    }

    @Override
    public void histogram(String text, NativeHistogram histogram) throws BadLineException {
      series.add(text, histogram);
    }

    @Override
    public void badLine(int line, String problem) {
      report.badLine(format.part() + " " + line, problem);
    }
  }
}
