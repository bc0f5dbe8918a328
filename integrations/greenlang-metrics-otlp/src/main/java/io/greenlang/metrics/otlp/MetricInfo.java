package io.greenlang.metrics.otlp;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.internal.protobuf.MalformedMessageException;
import io.greenlang.metrics.internal.protobuf.WireReader;
import org.jspecify.annotations.Nullable;

/**
 * The properties that all data points of a metric of a request share.
 *
 * @param channel the channel to publish on
 * @param name the name, as it was sent
 * @param kind the kind of data points
 * @param temporality the time from which the points of sums and histograms count
 * @param monotonic whether a sum only grows
 * @param problem the reason why no point of it can be published; null for none
 */
record MetricInfo(
    Channel channel,
    String name,
    Kind kind,
    Temporality temporality,
    boolean monotonic,
    @Nullable String problem) {

  /** Returns the properties of a metric, whose name is validated once for all of its points. */
  static MetricInfo of(
      Channel channel, String name, Kind kind, Temporality temporality, boolean monotonic) {
    String problem = null;
    try {
      new Metric(channel, name, MetricType.GAUGE, 0, null, Tags.empty());
    } catch (IllegalArgumentException e) {
      problem = "is invalid: " + e.getMessage();
    }
    return new MetricInfo(channel, name, kind, temporality, monotonic, problem);
  }

  /** The kinds of data points, with their field numbers in a metric. */
  enum Kind {
    GAUGE(5),
    SUM(7),
    HISTOGRAM(9),
    EXPONENTIAL_HISTOGRAM(10),
    SUMMARY(11);

    private final int key;

    Kind(int number) {
      this.key = WireReader.lengthKey(number);
    }

    /** Returns the key of the field of a metric that has points of this kind. */
    int key() {
      return key;
    }

    /** Reads one point of this kind. */
    void read(WireReader reader, DataPoint point) throws MalformedMessageException {
      switch (this) {
        case GAUGE, SUM -> PointReader.readNumber(reader, point);
        case HISTOGRAM -> PointReader.readHistogram(reader, point);
        case EXPONENTIAL_HISTOGRAM -> PointReader.readExponential(reader, point);
        case SUMMARY -> PointReader.readSummary(reader, point);
      }
    }
  }

  /** The time from which a point counts. */
  enum Temporality {
    /** The sender does not say, which the protocol forbids for sums and histograms. */
    UNSPECIFIED(0),
    /** A point counts from the previous one on. */
    DELTA(1),
    /** All points count from one start on. */
    CUMULATIVE(2);

    private final long number;

    Temporality(long number) {
      this.number = number;
    }

    /** Returns the temporality of a number; an unknown number is {@link #UNSPECIFIED}. */
    static Temporality of(long number) {
      for (Temporality temporality : values()) {
        if (temporality.number == number) {
          return temporality;
        }
      }
      return UNSPECIFIED;
    }
  }
}
