package io.greenlang.metrics.otlp;

import static io.greenlang.metrics.internal.protobuf.WireReader.fixed64Key;
import static io.greenlang.metrics.internal.protobuf.WireReader.lengthKey;
import static io.greenlang.metrics.internal.protobuf.WireReader.varintKey;

import io.greenlang.metrics.internal.protobuf.MalformedMessageException;
import io.greenlang.metrics.internal.protobuf.WireReader;

/**
 * A reader of the data points of OTLP 1.11. The constants are the field numbers of {@code
 * opentelemetry/proto/metrics/v1/metrics.proto}, which never change. Exemplars are ignored.
 */
final class PointReader {

  private static final int NUMBER_AS_DOUBLE = fixed64Key(4);
  private static final int NUMBER_AS_INT = fixed64Key(6);
  private static final int NUMBER_ATTRIBUTES = lengthKey(7);
  private static final int NUMBER_FLAGS = varintKey(8);

  private static final int START = fixed64Key(2);
  private static final int TIME = fixed64Key(3);
  private static final int COUNT = fixed64Key(4);
  private static final int SUM = fixed64Key(5);

  private static final int HISTOGRAM_COUNTS = lengthKey(6);
  private static final int HISTOGRAM_COUNT = fixed64Key(6);
  private static final int HISTOGRAM_BOUNDS = lengthKey(7);
  private static final int HISTOGRAM_BOUND = fixed64Key(7);
  private static final int HISTOGRAM_ATTRIBUTES = lengthKey(9);
  private static final int HISTOGRAM_FLAGS = varintKey(10);
  private static final int HISTOGRAM_MIN = fixed64Key(11);
  private static final int HISTOGRAM_MAX = fixed64Key(12);

  private static final int EXPONENTIAL_ATTRIBUTES = lengthKey(1);
  private static final int EXPONENTIAL_SCALE = varintKey(6);
  private static final int EXPONENTIAL_ZERO_COUNT = fixed64Key(7);
  private static final int EXPONENTIAL_POSITIVE = lengthKey(8);
  private static final int EXPONENTIAL_NEGATIVE = lengthKey(9);
  private static final int EXPONENTIAL_FLAGS = varintKey(10);
  private static final int EXPONENTIAL_MIN = fixed64Key(12);
  private static final int EXPONENTIAL_MAX = fixed64Key(13);
  private static final int EXPONENTIAL_ZERO_THRESHOLD = fixed64Key(14);
  private static final int BUCKETS_OFFSET = varintKey(1);
  private static final int BUCKETS_COUNTS = lengthKey(2);
  private static final int BUCKETS_COUNT = varintKey(2);

  private static final int SUMMARY_QUANTILES = lengthKey(6);
  private static final int SUMMARY_ATTRIBUTES = lengthKey(7);
  private static final int SUMMARY_FLAGS = varintKey(8);
  private static final int QUANTILE = fixed64Key(1);
  private static final int QUANTILE_VALUE = fixed64Key(2);

  private PointReader() {}

  /** Reads the point of a gauge or a sum. */
  static void readNumber(WireReader reader, DataPoint point) throws MalformedMessageException {
    for (int key = reader.nextKey(); key != 0; key = reader.nextKey()) {
      if (key == NUMBER_AS_DOUBLE) {
        point.setValue(reader.number());
      } else if (key == NUMBER_AS_INT) {
        point.setValue((double) reader.fixed64());
      } else if (key == NUMBER_ATTRIBUTES) {
        point.attributes.add(reader.delimitedMessage());
      } else if (key == NUMBER_FLAGS) {
        point.flags = reader.varint();
      } else {
        readTimes(reader, key, point);
      }
    }
  }

  private static void readTimes(WireReader reader, int key, DataPoint point)
      throws MalformedMessageException {
    if (key == START) {
      point.startNanos = reader.fixed64();
    } else if (key == TIME) {
      point.timeNanos = reader.fixed64();
    } else {
      reader.skip(key);
    }
  }

  /** Reads the point of a histogram with explicit bounds. */
  static void readHistogram(WireReader reader, DataPoint point) throws MalformedMessageException {
    for (int key = reader.nextKey(); key != 0; key = reader.nextKey()) {
      if (key == HISTOGRAM_COUNTS) {
        point.addAll(point.counts, reader.message());
      } else if (key == HISTOGRAM_COUNT) {
        point.add(point.counts, reader.fixed64());
      } else if (key == HISTOGRAM_BOUNDS) {
        point.addAll(point.bounds, reader.message());
      } else if (key == HISTOGRAM_BOUND) {
        point.add(point.bounds, reader.fixed64());
      } else if (key == HISTOGRAM_ATTRIBUTES) {
        point.attributes.add(reader.delimitedMessage());
      } else if (key == HISTOGRAM_FLAGS) {
        point.flags = reader.varint();
      } else if (key == HISTOGRAM_MIN) {
        point.min = reader.number();
      } else if (key == HISTOGRAM_MAX) {
        point.max = reader.number();
      } else {
        readTotals(reader, key, point);
      }
    }
  }

  private static void readTotals(WireReader reader, int key, DataPoint point)
      throws MalformedMessageException {
    if (key == COUNT) {
      point.count = reader.fixed64();
    } else if (key == SUM) {
      point.sum = reader.number();
    } else {
      readTimes(reader, key, point);
    }
  }

  /** Reads the point of an exponential histogram. */
  static void readExponential(WireReader reader, DataPoint point) throws MalformedMessageException {
    for (int key = reader.nextKey(); key != 0; key = reader.nextKey()) {
      if (key == EXPONENTIAL_ATTRIBUTES) {
        point.attributes.add(reader.delimitedMessage());
      } else if (key == EXPONENTIAL_SCALE) {
        point.scale = reader.zigzag();
      } else if (key == EXPONENTIAL_ZERO_COUNT) {
        point.zeroCount = reader.fixed64();
      } else if (key == EXPONENTIAL_POSITIVE) {
        point.offset = readBuckets(reader.message(), point, point.counts);
      } else if (key == EXPONENTIAL_NEGATIVE) {
        point.negativeOffset = readBuckets(reader.message(), point, point.negativeCounts);
      } else if (key == EXPONENTIAL_FLAGS) {
        point.flags = reader.varint();
      } else {
        readExponentialRange(reader, key, point);
      }
    }
  }

  private static void readExponentialRange(WireReader reader, int key, DataPoint point)
      throws MalformedMessageException {
    if (key == EXPONENTIAL_MIN) {
      point.min = reader.number();
    } else if (key == EXPONENTIAL_MAX) {
      point.max = reader.number();
    } else if (key == EXPONENTIAL_ZERO_THRESHOLD) {
      point.zeroThreshold = reader.number();
    } else {
      readTotals(reader, key, point);
    }
  }

  /** Reads the buckets of one sign, and returns their offset. */
  private static int readBuckets(WireReader reader, DataPoint point, DataPoint.Numbers counts)
      throws MalformedMessageException {
    int offset = 0;
    for (int key = reader.nextKey(); key != 0; key = reader.nextKey()) {
      if (key == BUCKETS_OFFSET) {
        offset = reader.zigzag();
      } else if (key == BUCKETS_COUNTS) {
        WireReader packed = reader.message();
        while (packed.hasMore()) {
          point.add(counts, packed.varint());
        }
      } else if (key == BUCKETS_COUNT) {
        point.add(counts, reader.varint());
      } else {
        reader.skip(key);
      }
    }
    return offset;
  }

  /** Reads the point of a summary; its quantiles are pairs of a fraction and a value. */
  static void readSummary(WireReader reader, DataPoint point) throws MalformedMessageException {
    for (int key = reader.nextKey(); key != 0; key = reader.nextKey()) {
      if (key == SUMMARY_QUANTILES) {
        readQuantile(reader.message(), point);
      } else if (key == SUMMARY_ATTRIBUTES) {
        point.attributes.add(reader.delimitedMessage());
      } else if (key == SUMMARY_FLAGS) {
        point.flags = reader.varint();
      } else {
        readTotals(reader, key, point);
      }
    }
  }

  private static void readQuantile(WireReader reader, DataPoint point)
      throws MalformedMessageException {
    double fraction = 0;
    double value = 0;
    for (int key = reader.nextKey(); key != 0; key = reader.nextKey()) {
      if (key == QUANTILE) {
        fraction = reader.number();
      } else if (key == QUANTILE_VALUE) {
        value = reader.number();
      } else {
        reader.skip(key);
      }
    }
    point.add(point.quantiles, Double.doubleToRawLongBits(fraction));
    point.add(point.quantiles, Double.doubleToRawLongBits(value));
  }
}
