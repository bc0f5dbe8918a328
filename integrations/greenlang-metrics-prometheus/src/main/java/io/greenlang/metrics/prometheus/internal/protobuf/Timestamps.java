package io.greenlang.metrics.prometheus.internal.protobuf;

import static io.greenlang.metrics.internal.protobuf.WireReader.varintKey;

import io.greenlang.metrics.internal.protobuf.MalformedMessageException;
import io.greenlang.metrics.internal.protobuf.WireReader;

/** The message {@code google.protobuf.Timestamp}. */
final class Timestamps {

  private static final int SECONDS = varintKey(1);
  private static final int NANOS = varintKey(2);

  private Timestamps() {}

  /** Reads a time; returns it in seconds since 1970. */
  static double seconds(WireReader reader) throws MalformedMessageException {
    long seconds = 0;
    long nanos = 0;
    for (int key = reader.nextKey(); key != 0; key = reader.nextKey()) {
      if (key == SECONDS) {
        seconds = reader.varint();
      } else if (key == NANOS) {
        nanos = reader.varint();
      } else {
        reader.skip(key);
      }
    }
    return seconds + nanos / 1e9;
  }
}
