package io.greenlang.metrics.prometheus.internal.protobuf;

import static io.greenlang.metrics.internal.protobuf.WireReader.fixed64Key;
import static io.greenlang.metrics.internal.protobuf.WireReader.lengthKey;
import static io.greenlang.metrics.internal.protobuf.WireReader.varintKey;

import io.greenlang.metrics.internal.protobuf.MalformedMessageException;
import io.greenlang.metrics.internal.protobuf.WireReader;
import io.greenlang.metrics.prometheus.internal.text.BadLineException;
import io.greenlang.metrics.prometheus.internal.text.FamilyType;
import io.greenlang.metrics.prometheus.internal.text.SeriesText;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A parser of a body of delimited messages {@code io.prometheus.client.MetricFamily}. It is strict.
 * A malformed metric affects only itself, and so does a malformed family. Its time is linear in the
 * length of the body. Timestamps and exemplars are discarded. One thread uses it.
 */
public final class MetricFamilyParser {

  private static final int NAME = lengthKey(1);
  private static final int HELP = lengthKey(2);
  private static final int TYPE = varintKey(3);
  private static final int METRIC = lengthKey(4);
  private static final int UNIT = lengthKey(5);
  private static final int LABEL = lengthKey(1);

  /** The value of a gauge, a counter or an untyped metric. */
  private static final int VALUE = fixed64Key(1);

  private static final int COUNTER_CREATED = lengthKey(3);

  private static final int SUMMARY_COUNT = varintKey(1);
  private static final int SUMMARY_SUM = fixed64Key(2);
  private static final int SUMMARY_QUANTILE = lengthKey(3);
  private static final int SUMMARY_CREATED = lengthKey(4);
  private static final int QUANTILE = fixed64Key(1);
  private static final int QUANTILE_VALUE = fixed64Key(2);

  /** The types by their number. */
  private static final List<FamilyType> TYPES =
      List.of(
          FamilyType.COUNTER,
          FamilyType.GAUGE,
          FamilyType.SUMMARY,
          FamilyType.UNKNOWN,
          FamilyType.HISTOGRAM,
          FamilyType.GAUGE_HISTOGRAM);

  private final FamilyHandler handler;
  private final SeriesLabels labels = new SeriesLabels();
  private final HistogramReader histogram = new HistogramReader();
  private int number;
  private String name = "";

  private MetricFamilyParser(FamilyHandler handler) {
    this.handler = handler;
  }

  /** A part of a family, which loses only itself if it is malformed. */
  @FunctionalInterface
  private interface Part {
    void read() throws MalformedMessageException, BadLineException;
  }

  /**
   * Parses a body.
   *
   * @return whether the body ends with the end of a message
   */
  public static boolean parse(byte[] body, FamilyHandler handler) {
    MetricFamilyParser parser = new MetricFamilyParser(handler);
    WireReader reader = new WireReader(body);
    try {
      while (reader.hasMore()) {
        WireReader family = reader.message();
        parser.number++;
        parser.attempt(() -> parser.readFamily(family));
      }
      return true;
    } catch (MalformedMessageException e) {
      return false;
    }
  }

  private void attempt(Part part) {
    try {
      part.read();
    } catch (MalformedMessageException e) {
      handler.badLine(number, "is malformed");
    } catch (BadLineException e) {
      handler.badLine(number, e.problem());
    }
  }

  private void readFamily(WireReader reader) throws MalformedMessageException, BadLineException {
    WireReader metrics = reader.copy();
    FamilyType type = readDescription(reader);
    for (int key = metrics.nextKey(); key != 0; key = metrics.nextKey()) {
      if (key == METRIC) {
        WireReader metric = metrics.message();
        attempt(() -> readMetric(type, metric));
      } else {
        metrics.skip(key);
      }
    }
  }

  /** Reads the fields that describe the metrics. They may be sent after them. */
  private FamilyType readDescription(WireReader reader)
      throws MalformedMessageException, BadLineException {
    name = "";
    String help = null;
    String unit = null;
    long typeNumber = 0;
    for (int key = reader.nextKey(); key != 0; key = reader.nextKey()) {
      if (key == NAME) {
        name = reader.text();
      } else if (key == HELP) {
        help = reader.text();
      } else if (key == UNIT) {
        unit = reader.text();
      } else if (key == TYPE) {
        typeNumber = reader.varint();
      } else {
        reader.skip(key);
      }
    }
    return describe(typeOf(typeNumber), help, unit);
  }

  private static FamilyType typeOf(long typeNumber) throws BadLineException {
    if (typeNumber < 0 || typeNumber >= TYPES.size()) {
      throw new BadLineException("declares an unknown type");
    }
    return TYPES.get((int) typeNumber);
  }

  private FamilyType describe(FamilyType type, @Nullable String help, @Nullable String unit)
      throws BadLineException {
    if (!SeriesText.isName(name, true)) {
      throw new BadLineException("describes a family without a valid name");
    }
    attempt(() -> handler.type(name, type));
    if (help != null) {
      attempt(() -> handler.help(name, help));
    }
    if (unit != null) {
      attempt(() -> handler.unit(name, unit));
    }
    return type;
  }

  private void readMetric(FamilyType type, WireReader reader)
      throws MalformedMessageException, BadLineException {
    labels.clear();
    WireReader value = null;
    int valueKey = valueKey(type);
    for (int key = reader.nextKey(); key != 0; key = reader.nextKey()) {
      if (key == LABEL) {
        labels.read(reader.message());
      } else if (key == valueKey) {
        value = reader.message();
      } else {
        reader.skip(key);
      }
    }
    if (value == null) {
      throw new BadLineException("has a metric without a value of its type");
    }
    switch (type) {
      case SUMMARY -> readSummary(value);
      case HISTOGRAM, GAUGE_HISTOGRAM -> readHistogram(type, value);
      default -> readValue(type, value);
    }
  }

  /** Returns the key of a metric's value. */
  private static int valueKey(FamilyType type) {
    return lengthKey(
        switch (type) {
          case GAUGE -> 2;
          case COUNTER -> 3;
          case SUMMARY -> 4;
          case HISTOGRAM, GAUGE_HISTOGRAM -> 7;
          default -> 5;
        });
  }

  private void readValue(FamilyType type, WireReader reader) throws MalformedMessageException {
    double value = 0;
    for (int key = reader.nextKey(); key != 0; key = reader.nextKey()) {
      if (key == VALUE) {
        value = reader.number();
      } else if (key == COUNTER_CREATED && type == FamilyType.COUNTER) {
        created(Timestamps.seconds(reader.message()));
      } else {
        reader.skip(key);
      }
    }
    sample(labels.series(name), value);
  }

  private void readSummary(WireReader reader) throws MalformedMessageException {
    double count = 0;
    double sum = 0;
    for (int key = reader.nextKey(); key != 0; key = reader.nextKey()) {
      if (key == SUMMARY_QUANTILE) {
        readQuantile(reader.message());
      } else if (key == SUMMARY_COUNT) {
        count = reader.varint();
      } else if (key == SUMMARY_SUM) {
        sum = reader.number();
      } else if (key == SUMMARY_CREATED) {
        created(Timestamps.seconds(reader.message()));
      } else {
        reader.skip(key);
      }
    }
    sample(labels.series(name + "_sum"), sum);
    sample(labels.series(name + "_count"), count);
  }

  private void readQuantile(WireReader reader) throws MalformedMessageException {
    double quantile = 0;
    double value = 0;
    for (int key = reader.nextKey(); key != 0; key = reader.nextKey()) {
      if (key == QUANTILE) {
        quantile = reader.number();
      } else if (key == QUANTILE_VALUE) {
        value = reader.number();
      } else {
        reader.skip(key);
      }
    }
    sample(labels.series(name, "quantile", quantile), value);
  }

  private void readHistogram(FamilyType type, WireReader reader)
      throws MalformedMessageException, BadLineException {
    histogram.read(reader);
    if (histogram.isNative()) {
      handler.histogram(labels.series(name), histogram.nativeHistogram());
    } else {
      classicHistogram(type == FamilyType.GAUGE_HISTOGRAM ? "_gsum" : "_sum");
    }
    if (type == FamilyType.HISTOGRAM && !Double.isNaN(histogram.created())) {
      created(histogram.created());
    }
  }

  private void classicHistogram(String sumSuffix) throws MalformedMessageException {
    String bucket = name + "_bucket";
    histogram.classicBuckets((bound, count) -> sample(labels.series(bucket, "le", bound), count));
    sample(labels.series(name + sumSuffix), histogram.sum());
  }

  private void created(double seconds) {
    sample(labels.series(name + "_created"), seconds);
  }

  private void sample(String series, double value) {
    attempt(() -> handler.sample(series, value));
  }
}
