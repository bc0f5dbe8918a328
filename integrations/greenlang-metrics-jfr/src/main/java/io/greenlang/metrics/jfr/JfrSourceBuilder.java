package io.greenlang.metrics.jfr;

import io.greenlang.metrics.Channel;
import java.time.Duration;
import java.util.Objects;
import jdk.jfr.FlightRecorder;

/**
 * A builder of a {@link JfrSource}. With the defaults, the source costs less than 1 % of a
 * processor. Not thread-safe.
 */
public final class JfrSourceBuilder {

  private static final Duration MAX_THRESHOLD = Duration.ofHours(1);
  private static final Duration DEFAULT_THRESHOLD = Duration.ofMillis(20);

  Channel channel = JfrSource.DEFAULT_CHANNEL;
  Duration idleLimit = Duration.ofSeconds(15);
  Duration lockThreshold = DEFAULT_THRESHOLD;
  Duration parkThreshold = DEFAULT_THRESHOLD;
  Duration socketThreshold = DEFAULT_THRESHOLD;
  Duration fileThreshold = DEFAULT_THRESHOLD;
  Duration pinnedThreshold = DEFAULT_THRESHOLD;
  int allocationSamplesPerSecond = 100;
  int maxEventsPerSecond = 500;

  JfrSourceBuilder() {}

  /**
   * Sets the channel that the source publishes on, and whose subscribers it depends on. If not set,
   * it is {@link JfrSource#DEFAULT_CHANNEL}.
   */
  public JfrSourceBuilder channel(Channel channel) {
    this.channel = Objects.requireNonNull(channel, "channel");
    return this;
  }

  /**
   * Sets how long the recording continues after the last collection. It must be longer than the
   * interval between collections; otherwise each of them starts a recording. If not set, it is 15
   * seconds.
   *
   * @throws IllegalArgumentException if it is not from 1 second to 1 day
   */
  public JfrSourceBuilder idleLimit(Duration idleLimit) {
    this.idleLimit = require("idleLimit", idleLimit, Duration.ofSeconds(1), Duration.ofDays(1));
    return this;
  }

  /**
   * Sets how long a thread must wait for a monitor before the wait is an observation of {@code
   * jfr.locks.blocked}. If not set, it is 20 ms.
   *
   * @throws IllegalArgumentException if it is not from 0 to 1 hour
   */
  public JfrSourceBuilder lockThreshold(Duration lockThreshold) {
    this.lockThreshold = requireThreshold("lockThreshold", lockThreshold);
    return this;
  }

  /**
   * Sets how long a thread must be parked before that is an observation of {@code
   * jfr.locks.parked}. Threads of a pool park while they wait for work, so a low threshold delivers
   * many events. If not set, it is 20 ms.
   *
   * @throws IllegalArgumentException if it is not from 0 to 1 hour
   */
  public JfrSourceBuilder parkThreshold(Duration parkThreshold) {
    this.parkThreshold = requireThreshold("parkThreshold", parkThreshold);
    return this;
  }

  /**
   * Sets how long a read from or a write to a socket must take before it is an observation. If not
   * set, it is 20 ms.
   *
   * @throws IllegalArgumentException if it is not from 0 to 1 hour
   */
  public JfrSourceBuilder socketThreshold(Duration socketThreshold) {
    this.socketThreshold = requireThreshold("socketThreshold", socketThreshold);
    return this;
  }

  /**
   * Sets how long a read from or a write to a file must take before it is an observation. If not
   * set, it is 20 ms.
   *
   * @throws IllegalArgumentException if it is not from 0 to 1 hour
   */
  public JfrSourceBuilder fileThreshold(Duration fileThreshold) {
    this.fileThreshold = requireThreshold("fileThreshold", fileThreshold);
    return this;
  }

  /**
   * Sets how long a virtual thread must block its carrier before that is an observation of {@code
   * jfr.threads.pinned}. If not set, it is 20 ms. It has no effect before JDK 21.
   *
   * @throws IllegalArgumentException if it is not from 0 to 1 hour
   */
  public JfrSourceBuilder pinnedThreshold(Duration pinnedThreshold) {
    this.pinnedThreshold = requireThreshold("pinnedThreshold", pinnedThreshold);
    return this;
  }

  /**
   * Sets how many allocations the JVM samples per second to estimate {@code jfr.memory.allocated}.
   * If not set, it is 100. It has no effect since JDK 21, which counts all allocations.
   *
   * @throws IllegalArgumentException if it is not from 1 to 10,000
   */
  public JfrSourceBuilder allocationSamplesPerSecond(int allocationSamplesPerSecond) {
    this.allocationSamplesPerSecond =
        require("allocationSamplesPerSecond", allocationSamplesPerSecond, 1, 10_000);
    return this;
  }

  /**
   * Sets how many events of one kind the source accepts per second. If more arrive, the source
   * doubles the threshold of that kind, up to 1 hour, and halves it again after a quiet minute. It
   * disables a kind that has no threshold until the next start of the recording. Either is logged
   * at most once per minute. Samples of allocations have a limit of at least twice {@link
   * #allocationSamplesPerSecond}. If not set, the limit is 500.
   *
   * @throws IllegalArgumentException if it is not from 1 to 1,000,000
   */
  public JfrSourceBuilder maxEventsPerSecond(int maxEventsPerSecond) {
    this.maxEventsPerSecond = require("maxEventsPerSecond", maxEventsPerSecond, 1, 1_000_000);
    return this;
  }

  /**
   * Returns a new source, which does not record yet.
   *
   * @throws IllegalStateException if this JVM has no flight recorder
   */
  public JfrSource build() {
    if (!hasRecorder()) {
      throw new IllegalStateException(
          "this JVM has no flight recorder; use a HotSpot JVM, add the module jdk.jfr to a runtime"
              + " of jlink, remove -XX:-FlightRecorder, or leave the JfrSource out");
    }
    return new JfrSource(this);
  }

  /**
   * Returns whether the module is present, without which its classes cannot be loaded, and used.
   */
  private static boolean hasRecorder() {
    return ModuleLayer.boot().findModule("jdk.jfr").isPresent() && FlightRecorder.isAvailable();
  }

  private static Duration requireThreshold(String name, Duration threshold) {
    return require(name, threshold, Duration.ZERO, MAX_THRESHOLD);
  }

  private static <T extends Comparable<T>> T require(String name, T value, T min, T max) {
    Objects.requireNonNull(value, name);
    if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
      throw new IllegalArgumentException(
          name + " must be from " + min + " to " + max + ", but is " + value);
    }
    return value;
  }
}
