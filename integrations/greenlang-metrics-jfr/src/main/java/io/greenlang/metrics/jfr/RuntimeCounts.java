package io.greenlang.metrics.jfr;

import io.greenlang.metrics.Tags;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import jdk.jfr.consumer.RecordedClass;
import jdk.jfr.consumer.RecordedEvent;
import org.jspecify.annotations.Nullable;

/**
 * The totals of the JVM: exceptions, classes and threads, which it states once per second, and each
 * {@link Error}.
 */
final class RuntimeCounts implements EventGroup {

  private static final Map<String, String> EACH_SECOND = Map.of("period", "1 s");

  private final TaggedSeries<LongAdder> errors = new TaggedSeries<>(LongAdder::new, "type");
  private final Instant start = Instant.now();

  // The latest totals; -1 before the first event.
  private volatile long exceptions = -1;
  private volatile long classesLoaded = -1;
  private volatile long classesUnloaded = -1;
  private volatile long threadsStarted = -1;

  @Override
  public List<EventType> types() {
    return List.of(
        EventType.withSettings(
            "jdk.ExceptionStatistics",
            EACH_SECOND,
            event -> exceptions = event.getLong("throwables")),
        EventType.withSettings("jdk.ClassLoadingStatistics", EACH_SECOND, this::onClasses),
        EventType.withSettings(
            "jdk.JavaThreadStatistics",
            EACH_SECOND,
            event -> threadsStarted = event.getLong("accumulatedCount")),
        EventType.withSettings("jdk.JavaErrorThrow", Map.of(), this::onError));
  }

  private void onClasses(RecordedEvent event) {
    classesLoaded = event.getLong("loadedClassCount");
    classesUnloaded = event.getLong("unloadedClassCount");
  }

  private void onError(RecordedEvent event) {
    @Nullable RecordedClass type = event.getClass("thrownClass");
    errors.get(type == null ? "unknown" : type.getName()).increment();
  }

  @Override
  public void addTo(MetricList metrics) {
    add("jfr.exceptions", exceptions, metrics);
    add("jfr.classes.loaded", classesLoaded, metrics);
    add("jfr.classes.unloaded", classesUnloaded, metrics);
    add("jfr.threads.started", threadsStarted, metrics);
    errors.forEach((tags, count) -> metrics.counter("jfr.errors", count.sum(), tags, start));
  }

  private static void add(String name, long total, MetricList metrics) {
    if (total >= 0) {
      metrics.counter(name, total, Tags.empty());
    }
  }
}
