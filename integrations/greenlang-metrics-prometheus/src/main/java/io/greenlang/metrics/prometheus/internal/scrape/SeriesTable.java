package io.greenlang.metrics.prometheus.internal.scrape;

import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.Tags;
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
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The series of a target, found by the text of their lines, so that a known line is parsed only
 * once. A scrape has at most {@link SeriesOptions#maxSeries} samples, and the table forgets what a
 * scrape did not contain. Confined to the collecting thread.
 */
final class SeriesTable {

  /** The destination of a line's value. */
  @FunctionalInterface
  private interface Destination {
    void accept(double value) throws BadLineException;
  }

  /** A known line. */
  private static final class Line {
    final Family family;
    final long version;

    /** Null if the filter excludes the line. */
    final @Nullable Destination destination;

    long seenIn;

    Line(Family family, long version, @Nullable Destination destination) {
      this.family = family;
      this.version = version;
      this.destination = destination;
    }
  }

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
  private long firstScrapeMillis = Long.MAX_VALUE;
  private int accepted;
  private int overLimit;
  private boolean hasNewSeries;

  SeriesTable(SeriesOptions options, FamilyTable families, ScrapeReport report) {
    this.options = options;
    this.families = families;
    this.report = report;
  }

  void begin(long newScrape, ExpositionFormat newFormat, long newNowMillis) {
    scrape = newScrape;
    format = newFormat;
    nowMillis = newNowMillis;
    firstScrapeMillis = Math.min(firstScrapeMillis, newNowMillis);
    accepted = 0;
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
    if (line.destination != null) {
      if (accepted >= options.maxSeries()) {
        overLimit++;
        return;
      }
      accepted++;
      line.destination.accept(value);
    }
  }

  /** Resolves an unknown line; returns null if the scrape has reached the limit of series. */
  private @Nullable Line newLine(String text) throws BadLineException {
    SeriesText parsed = SeriesText.parse(text, format);
    Membership member = families.resolve(parsed.name());
    Family family = member.family();
    Line line;
    if (!options.filter().matches(family.name, parsed.name(), parsed.labels())) {
      line = new Line(family, families.version(), null);
    } else if (accepted >= options.maxSeries()) {
      return null;
    } else {
      line = new Line(family, families.version(), destination(member, parsed));
    }
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
      return value -> report.unpublishable(member.family().name, problem);
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
        HistogramSeries histogram = histogram(member.family(), Tags.of(labels));
        yield value -> {
          touch(histogram);
          histogram.setSum(value);
        };
      }
      case COUNT -> value -> {};
      case CREATED -> {
        CreatedTime created = createdTime(member.family(), Tags.of(labels));
        yield value -> {
          created.touchedIn = scrape;
          created.update(value, nowMillis);
        };
      }
    };
  }

  private Destination bucket(Family family, Map<String, String> labels) throws BadLineException {
    String bound = required(labels.remove("le"), "has no upper bound");
    double upperBound = SeriesText.number(bound);
    HistogramSeries histogram = histogram(family, Tags.of(labels));
    return value -> {
      touch(histogram);
      histogram.addBucket(upperBound, value);
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
    return value -> {
      if (result.touchedIn == scrape) {
        throw new BadLineException("repeats a series");
      }
      touch(result);
      result.value = value;
    };
  }

  /** In text 0.0.4, no line belongs to a counter but its value. */
  private boolean hasCreatedTimes(Family family) {
    return format == ExpositionFormat.OPENMETRICS || family.type == FamilyType.SUMMARY;
  }

  private HistogramSeries histogram(Family family, Tags tags) throws BadLineException {
    ScrapedSeries.Id id = new ScrapedSeries.Id(family.name, tags);
    ScrapedSeries known = series.get(id);
    if (known instanceof HistogramSeries same && same.family == family) {
      return same;
    }
    HistogramSeries result =
        new HistogramSeries(options.channel(), id, family, createdTime(family, tags));
    known(id);
    put(result);
    return result;
  }

  /** Returns the known series of an identity; null if there is none. */
  private @Nullable ScrapedSeries known(ScrapedSeries.Id id) throws BadLineException {
    ScrapedSeries known = series.get(id);
    if (known != null && known.touchedIn == scrape) {
      throw new BadLineException("repeats a series");
    }
    return known;
  }

  private void put(ScrapedSeries added) {
    series.put(added.id, added);
    hasNewSeries = true;
  }

  private CreatedTime createdTime(Family family, Tags tags) {
    return createdTimes.computeIfAbsent(
        new ScrapedSeries.Id(family.name, tags), id -> new CreatedTime(firstScrapeMillis));
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
    return samples;
  }
}
