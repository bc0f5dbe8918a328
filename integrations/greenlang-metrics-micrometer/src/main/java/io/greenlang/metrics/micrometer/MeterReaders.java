package io.greenlang.metrics.micrometer;

import io.greenlang.metrics.Channel;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.NamingConvention;
import java.util.IdentityHashMap;

/**
 * The readers of the present meters, which keep names and tags between collections. A reader is
 * discarded once its meter was absent from a collection. Confined to the thread that collects.
 */
final class MeterReaders {

  private final Channel channel;
  private NamingConvention convention = NamingConvention.identity;
  private IdentityHashMap<Meter, MeterReader> previous = new IdentityHashMap<>();
  private IdentityHashMap<Meter, MeterReader> present = new IdentityHashMap<>();

  MeterReaders(Channel channel) {
    this.channel = channel;
  }

  /** Begins a collection. Another naming convention renames all meters. */
  void begin(NamingConvention current) {
    if (current != convention) {
      convention = current;
      previous.clear();
    }
  }

  /** Returns the reader of a meter. */
  MeterReader get(Meter meter) {
    MeterReader reader = previous.get(meter);
    if (reader == null) {
      reader = new MeterReader(meter, channel, convention);
    }
    present.put(meter, reader);
    return reader;
  }

  /** Ends a collection: meters that it did not contain are forgotten. */
  void end() {
    IdentityHashMap<Meter, MeterReader> absent = previous;
    previous = present;
    present = absent;
    present.clear();
  }
}
