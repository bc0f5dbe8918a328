package io.greenlang.metrics.prometheus.internal.scrape;

import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.prometheus.internal.protobuf.NativeHistogram;
import io.greenlang.metrics.prometheus.internal.scrape.FamilyTable.Membership;
import io.greenlang.metrics.prometheus.internal.scrape.FamilyTable.Role;
import io.greenlang.metrics.prometheus.internal.text.BadLineException;
import io.greenlang.metrics.prometheus.internal.text.ExpositionFormat;
import io.greenlang.metrics.prometheus.internal.text.FamilyType;
import io.greenlang.metrics.prometheus.internal.text.SeriesText;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The series of a target, found by the text of their lines, so that a known line is parsed only
 * once. A scrape has at most {@link SeriesOptions#maxSeries} samples, and the table forgets what a
 * scrape did not contain. Confined to the collecting thread.
 */
final class SeriesTable {

  /** The destination of a line's value, which is a number or a native histogram. */
  @FunctionalInterface
  private interface Destination {
    void accept(double value, @Nullable NativeHistogram histogram) throws BadLineException;
  }

  /** A known line. */
  private static final class Line {
    final Family family;
    final long version;

    /** Whether the value is the time of another line's creation. */
    final boolean isTime;

    /** Null if the filter excludes the line. */
    final @Nullable Destination destination;

    long seenIn;

    Line(Membership member, long version, @Nullable Destination destination) {
      this.family = member.family();
      this.isTime = member.role() == Role.CREATED;
      this.version = version;
      this.destination = destination;
    }
  }

  /** A sample and its line take as much memory as these buckets of a native histogram. */
  private static final int BUCKETS_PER_SAMPLE = 32;

  private final SeriesOptions options;
  private final FamilyTable families;
  private final ScrapeReport report;
  private final Map<String, Line> lines = new HashMap<>();
  private final Map<ScrapedSeries.Id, ScrapedSeries> series = new HashMap<>();
  private final Map<ScrapedSeries.Id, CreatedTime> createdTimes = new HashMap<>();
  private final List<ScrapedSeries> touched = new ArrayList<>();
  private ExpositionFormat format = ExpositionFormat.TEXT;
  private long scrape;
  private long nowMillis;
  private long requestMillis;
  private long firstRequestMillis = Long.MAX_VALUE;

  /** The time before the request of the latest complete scrape. */
  private long completeMillis = Long.MAX_VALUE;

  private int accepted;
  private int acceptedTimes;
  private int overLimit;
  private boolean hasNewSeries;

  SeriesTable(SeriesOptions options, FamilyTable families, ScrapeReport report) {
    this.options = options;
    this.families = families;
    this.report = report;
  }

  /** Begins a scrape, with the times before its request and after its answer. */
  void begin(long newScrape, ExpositionFormat newFormat, long newRequestMillis, long newNowMillis) {
    scrape = newScrape;
    format = newFormat;
    requestMillis = newRequestMillis;
    nowMillis = newNowMillis;
    firstRequestMillis = Math.min(firstRequestMillis, newRequestMillis);
    accepted = 0;
    acceptedTimes = 0;
    overLimit = 0;
    touched.clear();
  }

  /** Returns all series that the last scrape had. */
  Collection<ScrapedSeries> all() {
    return series.values();
  }

  /** Returns whether a series was added since the last call. */
  boolean pollNewSeries() {
    boolean result = hasNewSeries;
    hasNewSeries = false;
    return result;
  }

  /** Adds a sample. */
  void add(String text, double value) throws BadLineException {
    add(text, value, null);
  }

  /** Adds a native histogram. */
  void add(String text, NativeHistogram histogram) throws BadLineException {
    add(text, Double.NaN, histogram);
  }

  private void add(String text, double value, @Nullable NativeHistogram histogram)
      throws BadLineException {
    Line line = lines.get(text);
    if (line != null && line.seenIn == scrape) {
      throw new BadLineException("repeats a series");
    }
    if (line == null || line.version != families.version()) {
      line = newLine(text);
    }
    if (line == null) {
      overLimit++;
      return;
    }
    line.seenIn = scrape;
    line.family.seenIn = scrape;
    line.family.sampledIn = scrape;
    if (line.destination != null && accept(line, histogram)) {
      line.destination.accept(value, histogram);
    }
  }

  /** Counts a line within the limit; times of creation have an equal limit of their own. */
  private boolean accept(Line line, @Nullable NativeHistogram histogram) {
    int samples = histogram == null ? 1 : 1 + histogram.size() / BUCKETS_PER_SAMPLE;
    if (acceptedOf(line.isTime) + samples > options.maxSeries()) {
      overLimit++;
      return false;
    }
    if (line.isTime) {
      acceptedTimes += samples;
    } else {
      accepted += samples;
    }
    return true;
  }

  private int acceptedOf(boolean isTime) {
    return isTime ? acceptedTimes : accepted;
  }

  /** Resolves an unknown line; returns null if the scrape has reached the limit of series. */
  private @Nullable Line newLine(String text) throws BadLineException {
    SeriesText parsed = SeriesText.parse(text, format);
    Membership member = families.resolve(parsed.name());
    boolean isSelected =
        options.filter().matches(member.family().name, parsed.name(), parsed.labels());
    if (isSelected && acceptedOf(member.role() == Role.CREATED) >= options.maxSeries()) {
      return null;
    }
    Destination destination = isSelected ? destination(member, parsed) : null;
    Line line = new Line(member, families.version(), destination);
    if (lines.size() < 2 * options.maxSeries() || lines.containsKey(text)) {
      lines.put(text, line);
    }
    return line;
  }

  private Destination destination(Membership member, SeriesText parsed) throws BadLineException {
    try {
      return create(member, parsed);
    } catch (IllegalArgumentException e) {
      String problem = String.valueOf(e.getMessage());
      return (value, histogram) -> report.unpublishable(member.family().name, problem);
    }
  }

  private Destination create(Membership member, SeriesText parsed) throws BadLineException {
    Map<String, String> labels = new TreeMap<>(options.tags());
    labels.putAll(parsed.labels());
    return switch (member.role()) {
      case GAUGE -> valueOf(member, parsed, labels);
      case QUANTILE -> {
        required(labels.get("quantile"), "has no quantile");
        yield valueOf(member, parsed, labels);
      }
      case COUNTER -> valueOf(member, parsed, labels);
      case BUCKET -> bucket(member.family(), labels);
      case SUM -> {
        HistogramSeries series = histogram(member.family(), Tags.of(labels));
        yield (value, histogram) -> {
          touch(series);
          series.setSum(value);
        };
      }
      case COUNT -> (value, histogram) -> {};
      case NATIVE -> nativeHistogram(member.family(), Tags.of(labels));
      case CREATED -> {
        CreatedTime created = createdTime(member.family(), Tags.of(labels));
        yield (value, histogram) -> {
          created.touchedIn = scrape;
          created.update(value, nowMillis);
        };
      }
    };
  }

  private Destination bucket(Family family, Map<String, String> labels) throws BadLineException {
    String bound = required(labels.remove("le"), "has no upper bound");
    double upperBound = SeriesText.number(bound);
    HistogramSeries series = histogram(family, Tags.of(labels));
    return (value, histogram) -> {
      touch(series);
      series.addBucket(upperBound, value);
    };
  }

  private static String required(@Nullable String label, String problem) throws BadLineException {
    if (label == null) {
      throw new BadLineException(problem);
    }
    return label;
  }

  private Destination valueOf(Membership member, SeriesText parsed, Map<String, String> labels)
      throws BadLineException {
    Family family = member.family();
    Tags tags = Tags.of(labels);
    boolean isCounter = member.role() == Role.COUNTER;
    MetricType type = isCounter ? MetricType.COUNTER : MetricType.GAUGE;
    ScrapedSeries.Id id = new ScrapedSeries.Id(parsed.name(), tags);
    ScrapedSeries known = known(id);
    ValueSeries result;
    if (known instanceof ValueSeries same && same.type.equals(type) && same.family == family) {
      result = same;
    } else {
      CreatedTime created = isCounter && hasCreatedTimes(family) ? createdTime(family, tags) : null;
      result = new ValueSeries(options.channel(), id, family, type, created);
      put(result);
    }
    return (value, histogram) -> {
      requireNew(result);
      touch(result);
      result.value = value;
    };
  }

  private void requireNew(ScrapedSeries each) throws BadLineException {
    if (each.touchedIn == scrape) {
      throw new BadLineException("repeats a series");
    }
  }

  /** Returns whether a family can have creation times. In text 0.0.4, only summaries have. */
  private boolean hasCreatedTimes(Family family) {
    return format != ExpositionFormat.TEXT || family.type == FamilyType.SUMMARY;
  }

  private Destination nativeHistogram(Family family, Tags tags) throws BadLineException {
    ScrapedSeries.Id id = new ScrapedSeries.Id(family.name, tags);
    NativeHistogramSeries result =
        known(id) instanceof NativeHistogramSeries same && same.family == family
            ? same
            : put(
                new NativeHistogramSeries(
                    options.channel(), id, family, createdTime(id), completeMillis));
    return (value, histogram) -> {
      requireNew(result);
      touch(result);
      result.set(Objects.requireNonNull(histogram, "histogram"));
    };
  }

  private HistogramSeries histogram(Family family, Tags tags) throws BadLineException {
    ScrapedSeries.Id id = new ScrapedSeries.Id(family.name, tags);
    if (series.get(id) instanceof HistogramSeries same && same.family == family) {
      return same;
    }
    HistogramSeries result =
        new HistogramSeries(options.channel(), id, family, createdTime(id), completeMillis);
    known(id);
    return put(result);
  }

  /** Returns the known series of an identity; null if there is none. */
  private @Nullable ScrapedSeries known(ScrapedSeries.Id id) throws BadLineException {
    ScrapedSeries known = series.get(id);
    if (known != null) {
      requireNew(known);
    }
    return known;
  }

  private <T extends ScrapedSeries> T put(T added) {
    series.put(added.id, added);
    hasNewSeries = true;
    return added;
  }

  private CreatedTime createdTime(Family family, Tags tags) {
    return createdTime(new ScrapedSeries.Id(family.name, tags));
  }

  private CreatedTime createdTime(ScrapedSeries.Id id) {
    return createdTimes.computeIfAbsent(id, added -> new CreatedTime(firstRequestMillis));
  }

  private void touch(ScrapedSeries each) {
    if (each.touchedIn != scrape) {
      each.touchedIn = scrape;
      each.begin();
      touched.add(each);
    }
  }

  /** Ends a scrape that is complete, and returns its samples. */
  List<Metric> end() {
    List<Metric> samples = new ArrayList<>(touched.size());
    for (ScrapedSeries each : touched) {
      try {
        Metric sample = each.sample();
        if (sample != null) {
          samples.add(sample);
        }
      } catch (BadLineException e) {
        report.unpublishable(each.family.name, "it " + e.problem());
      }
    }
    if (overLimit > 0) {
      report.overLimit(overLimit, options.maxSeries());
    }
    lines.values().removeIf(line -> line.seenIn != scrape);
    series.values().removeIf(each -> each.touchedIn != scrape);
    createdTimes.values().removeIf(each -> each.touchedIn != scrape);
    completeMillis = requestMillis;
    return samples;
  }
}
