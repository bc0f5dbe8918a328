package io.greenlang.metrics.micrometer;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.MetricDescription;
import io.greenlang.metrics.internal.util.UnitWords;
import io.micrometer.core.instrument.LongTaskTimer;
import io.micrometer.core.instrument.Measurement;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Statistic;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The units and descriptions of the metrics that meters become. The first meter of a name describes
 * it. Confined to the thread that collects.
 */
final class MeterDescriptions {

  private static final String MILLISECONDS = "ms";
  private static final String NUMBER = "1";

  /** The statistics that are numbers of events, whatever the unit of the meter is. */
  private static final Set<Statistic> NUMBERS = EnumSet.of(Statistic.COUNT, Statistic.ACTIVE_TASKS);

  private final Channel channel;
  private final Map<String, MetricDescription> byName = new LinkedHashMap<>();
  private Collection<MetricDescription> current = List.of();
  private boolean changed;

  MeterDescriptions(Channel channel) {
    this.channel = channel;
  }

  /** Returns all descriptions; the same collection as before unless one was added. */
  Collection<MetricDescription> all() {
    if (changed) {
      current = List.copyOf(byName.values());
      changed = false;
    }
    return current;
  }

  /**
   * Adds the metrics of a meter.
   *
   * @param name its name, by the naming convention
   */
  void add(Meter meter, String name) {
    String baseUnit = meter.getId().getBaseUnit();
    String base = baseUnit == null ? null : UnitWords.ofDeclared(baseUnit);
    boolean isMergeable = meter instanceof MergeableMeter;
    if (meter instanceof LongTaskTimer) {
      put(name + ".active", "{task}", meter);
      putTimes(name, MILLISECONDS, isMergeable, meter);
      return;
    }
    meter.use(
        gauge -> put(name, base, gauge),
        counter -> put(name, base, counter),
        timer -> putDistribution(name, MILLISECONDS, isMergeable, timer),
        summary -> putDistribution(name, base, isMergeable, summary),
        timer -> putTimes(name, MILLISECONDS, isMergeable, timer),
        gauge -> put(name, MILLISECONDS, gauge),
        counter -> put(name, base, counter),
        timer -> putFunctionTimer(name, timer),
        custom -> putMeasurements(name, base, custom));
  }

  private void putDistribution(
      String name, @Nullable String unit, boolean isMergeable, Meter meter) {
    if (!isMergeable) {
      put(name + ".count", NUMBER, meter);
    }
    putTimes(name, unit, isMergeable, meter);
  }

  private void putFunctionTimer(String name, Meter timer) {
    put(name + ".count", NUMBER, timer);
    put(name + ".total", MILLISECONDS, timer);
  }

  private void putTimes(String name, @Nullable String unit, boolean isMergeable, Meter meter) {
    if (isMergeable) {
      put(name, unit, meter);
    } else {
      put(name + ".total", unit, meter);
      put(name + ".max", unit, meter);
    }
  }

  private void putMeasurements(String name, @Nullable String unit, Meter custom) {
    for (Measurement measurement : custom.measure()) {
      Statistic statistic = measurement.getStatistic();
      put(
          name + "." + statistic.getTagValueRepresentation(),
          NUMBERS.contains(statistic) ? NUMBER : unit,
          custom);
    }
  }

  private void put(String name, @Nullable String unit, Meter meter) {
    if (byName.size() >= MetricDescription.MAX_PER_CHANNEL || byName.containsKey(name)) {
      return;
    }
    MetricDescription description =
        MetricDescription.imported(channel, name, unit, meter.getId().getDescription());
    if (description != null) {
      byName.put(name, description);
      changed = true;
    }
  }
}
