package io.greenlang.metrics.jfr;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import jdk.jfr.EventSettings;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingStream;
import org.jspecify.annotations.Nullable;

/**
 * A kind of event: how the JVM records it, and the code that receives it. JVMs that do not have the
 * event ignore its settings. Any thread.
 */
final class EventType {

  private static final String PREFIX = "jdk.";

  private final String name;
  private final Map<String, String> settings;
  private final @Nullable Duration threshold;
  private final int expectedPerSecond;
  private final Consumer<RecordedEvent> handler;
  private final int firstJdk;
  private final LongAdder events = new LongAdder();

  /** The threshold that the JVM applies now; null if this kind has none. */
  private volatile @Nullable Duration currentThreshold;

  private EventType(
      String name,
      Map<String, String> settings,
      @Nullable Duration threshold,
      int expectedPerSecond,
      int firstJdk,
      Consumer<RecordedEvent> handler) {
    this.name = name;
    this.settings = settings;
    this.threshold = threshold;
    this.expectedPerSecond = expectedPerSecond;
    this.currentThreshold = threshold;
    this.firstJdk = firstJdk;
    this.handler = handler;
  }

  /** Returns a kind of event that is recorded if it lasts for at least a threshold. */
  static EventType withThreshold(String name, Duration threshold, Consumer<RecordedEvent> handler) {
    // JDK 25 records only a part of the I/O unless it is asked not to
    return new EventType(name, Map.of("throttle", "off"), threshold, 0, 0, handler);
  }

  /** Returns the same kind of event, which only JVMs from the given JDK on have. */
  EventType since(int jdk) {
    return new EventType(name, settings, threshold, expectedPerSecond, jdk, handler);
  }

  /** Returns a kind of event with the given settings, such as {@code period}. */
  static EventType withSettings(
      String name, Map<String, String> settings, Consumer<RecordedEvent> handler) {
    return new EventType(name, settings, null, 0, 0, handler);
  }

  /** Returns a kind of event of which the JVM samples so many per second. */
  static EventType sampled(String name, int perSecond, Consumer<RecordedEvent> handler) {
    return new EventType(name, Map.of("throttle", perSecond + "/s"), null, perSecond, 0, handler);
  }

  /** Returns the name without its prefix, such as {@code GarbageCollection}. */
  String shortName() {
    return name.substring(PREFIX.length());
  }

  /** Returns whether this JVM has the event. */
  boolean exists() {
    return Runtime.version().feature() >= firstJdk;
  }

  /** Returns how many of these events the source asks for per second; 0 if it does not know. */
  int expectedPerSecond() {
    return expectedPerSecond;
  }

  /** Returns the threshold that the source started with; null if this kind has none. */
  @Nullable Duration threshold() {
    return threshold;
  }

  /** Returns the threshold that the JVM applies now; null if this kind has none. */
  @Nullable Duration currentThreshold() {
    return currentThreshold;
  }

  /** Returns the number of events of this kind that arrived. */
  long events() {
    return events.sum();
  }

  /** Records events of this kind, with the original threshold. */
  void enable(RecordingStream stream, Consumer<RecordedEvent> consumer) {
    EventSettings enabled = stream.enable(name).withoutStackTrace();
    settings.forEach(enabled::with);
    Duration original = threshold;
    if (original != null) {
      setThreshold(stream, original);
    }
    stream.onEvent(name, consumer);
  }

  /** Changes the threshold. */
  void setThreshold(RecordingStream stream, Duration changed) {
    currentThreshold = changed;
    EventSettings unused = stream.enable(name).withThreshold(changed);
  }

  /** Stops recording events of this kind. */
  void disable(RecordingStream stream) {
    EventSettings unused = stream.disable(name);
  }

  /**
   * Passes an event on, unless it is shorter than the threshold: the stream also has the events of
   * other recordings, whose thresholds may be lower.
   */
  void accept(RecordedEvent event) {
    Duration current = currentThreshold;
    if (current == null || event.getDuration().compareTo(current) >= 0) {
      events.increment();
      handler.accept(event);
    }
  }
}
