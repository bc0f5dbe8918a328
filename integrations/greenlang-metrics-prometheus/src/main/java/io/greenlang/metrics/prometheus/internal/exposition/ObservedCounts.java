package io.greenlang.metrics.prometheus.internal.exposition;

import io.greenlang.metrics.internal.util.ThrottledLog;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.List;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.slf4j.LoggerFactory;

/**
 * The counts of the application and of integrations that are served beside those of the server.
 * They are read for each answer. A count that throws is left out of that answer. Thread-safe.
 */
public final class ObservedCounts {

  private static final ThrottledLog log =
      new ThrottledLog(LoggerFactory.getLogger(ObservedCounts.class));
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]*");

  /** The endings that the formats add themselves, or that mean another type. */
  private static final List<String> RESERVED_ENDINGS =
      List.of("_total", "_created", "_bucket", "_info");

  private final ConcurrentNavigableMap<String, Supplier<MetricSnapshot>> families =
      new ConcurrentSkipListMap<>();

  /**
   * Adds a counter.
   *
   * @param name the name without {@code _total}
   * @throws IllegalArgumentException if the name is invalid, reserved, or used already
   */
  public void addCounter(String name, String help, LongSupplier total) {
    requireValid(name);
    add(name, () -> counter(name, help, total.getAsLong()));
  }

  /**
   * Adds a gauge.
   *
   * @throws IllegalArgumentException if the name is invalid, reserved, or used already
   */
  public void addGauge(String name, String help, DoubleSupplier value) {
    requireValid(name);
    add(name, () -> gauge(name, help, value.getAsDouble()));
  }

  private static void requireValid(String name) {
    if (!NAME.matcher(name).matches()
        || RESERVED_ENDINGS.stream().anyMatch(name::endsWith)
        || name.startsWith(ServerSnapshots.PREFIX)) {
      throw new IllegalArgumentException(
          "name of a count must have lower-case letters, digits and underscores, begin with a"
              + " letter but not with "
              + ServerSnapshots.PREFIX
              + ", and end with none of "
              + RESERVED_ENDINGS
              + ", but is \""
              + name
              + '"');
    }
  }

  private void add(String name, Supplier<MetricSnapshot> family) {
    if (families.putIfAbsent(name, family) != null) {
      throw new IllegalArgumentException("name of a count is used already: " + name);
    }
  }

  private static MetricSnapshot counter(String name, String help, long total) {
    return CounterSnapshot.builder()
        .name(name)
        .help(help)
        .dataPoint(CounterDataPointSnapshot.builder().value((double) total).build())
        .build();
  }

  private static MetricSnapshot gauge(String name, String help, double value) {
    return GaugeSnapshot.builder()
        .name(name)
        .help(help)
        .dataPoint(GaugeDataPointSnapshot.builder().value(value).build())
        .build();
  }

  /** Reads all counts. */
  void addTo(MetricSnapshots.Builder snapshots) {
    families.forEach((name, family) -> addTo(snapshots, name, family));
  }

  private static void addTo(
      MetricSnapshots.Builder snapshots, String name, Supplier<MetricSnapshot> family) {
    MetricSnapshot snapshot;
    try {
      snapshot = family.get();
    } catch (Throwable thrown) {
      // Errors too: no function of the application may hide the server's own counts.
      log.warn("Failed to read the count {}; leaving it out of this answer", name, thrown);
      return;
    }
    snapshots.metricSnapshot(snapshot);
  }
}
