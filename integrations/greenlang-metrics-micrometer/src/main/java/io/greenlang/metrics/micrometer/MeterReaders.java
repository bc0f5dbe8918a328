package io.greenlang.metrics.micrometer;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.MetricDescription;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.NamingConvention;
import java.util.Collection;
import java.util.IdentityHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The readers of the present meters, which keep names and tags between collections. A reader is
 * discarded once its meter was absent from a collection. Confined to the thread that collects.
 */
final class MeterReaders {

  private static final Logger log = LoggerFactory.getLogger(MeterReaders.class);

  private final Channel channel;
  private final MeterDescriptions descriptions;
  private NamingConvention convention = NamingConvention.identity;
  private IdentityHashMap<Meter, MeterReader> previous = new IdentityHashMap<>();
  private IdentityHashMap<Meter, MeterReader> present = new IdentityHashMap<>();

  MeterReaders(Channel channel) {
    this.channel = channel;
    this.descriptions = new MeterDescriptions(channel);
  }

  /** Returns the descriptions of the metrics of all meters, past ones included. */
  Collection<MetricDescription> descriptions() {
    return descriptions.all();
  }

  /** Describes a new meter. A custom meter that fails reports its failure when it is read. */
  private void describe(Meter meter, MeterReader reader) {
    try {
      descriptions.add(meter, reader.name());
    } catch (RuntimeException | Error e) {
      log.debug("Failed to describe the meter {}", reader, e);
    }
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
      describe(meter, reader);
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
