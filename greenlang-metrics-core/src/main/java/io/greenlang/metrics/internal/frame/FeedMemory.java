package io.greenlang.metrics.internal.frame;

import io.greenlang.metrics.internal.config.Environment;
import io.greenlang.metrics.internal.config.Option;
import io.greenlang.metrics.internal.config.Options;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The budget of memory for the frames of all feeds of a hub. It is far below the JVM's limit of
 * direct memory, so the JVM never has to collect garbage to find a buffer.
 *
 * <p>Rings grow freely up to half of the budget. Above that, each is limited to its share of the
 * other half, in proportion to the weight of its readers. A feed that many subjects read therefore
 * keeps its frames while the many feeds of one subject are reduced. Any thread.
 */
public final class FeedMemory {

  /** The option that sets the size of the budget, in percent of the JVM's limit. */
  public static final Option<Integer> PERCENT = Options.integer("FEED_MEMORY_PERCENT", 25, 1, 90);

  /** The weight of a subject's first reader. */
  public static final long READER_WEIGHT = 1 << 20;

  private static final Pattern MAX_DIRECT_MEMORY =
      Pattern.compile("-XX:MaxDirectMemorySize=(\\d+)([kKmMgGtT]?)");

  private final long maxBytes;
  private final AtomicLong usedBytes = new AtomicLong();
  private final AtomicLong weight = new AtomicLong();
  private final ColumnMemory columns = ColumnMemory.ofHeap();

  /** Creates a budget of this size. */
  public FeedMemory(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /**
   * Creates the budget that the environment specifies.
   *
   * @throws IllegalArgumentException if the value of the option is invalid
   */
  public static FeedMemory fromEnvironment() {
    int percent = PERCENT.resolve(null, Environment.process());
    return new FeedMemory(maxDirectMemory() / 100 * percent);
  }

  /** Returns the limit of direct memory: {@code -XX:MaxDirectMemorySize}, or the maximum heap. */
  private static long maxDirectMemory() {
    return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .mapToLong(FeedMemory::parse)
        .filter(bytes -> bytes > 0) // zero is the JVM's default
        .reduce((first, last) -> last)
        .orElse(Runtime.getRuntime().maxMemory());
  }

  /** Returns the value of an argument of the JVM in bytes; 0 if it is another argument. */
  static long parse(String argument) {
    Matcher matcher = MAX_DIRECT_MEMORY.matcher(argument);
    if (!matcher.matches()) {
      return 0;
    }
    int unit = "kmgt".indexOf(matcher.group(2).toLowerCase(Locale.ROOT));
    int shift = matcher.group(2).isEmpty() ? 0 : 10 * (unit + 1);
    return Long.parseLong(matcher.group(1)) << shift;
  }

  /** Returns the budget for the column encoders of the feeds. */
  public ColumnMemory columns() {
    return columns;
  }

  /** Returns the bytes in use. */
  public long usedBytes() {
    return usedBytes.get();
  }

  /** Returns the size of the budget in bytes. */
  public long maxBytes() {
    return maxBytes;
  }

  /** Returns the weight of all rings. */
  public long weight() {
    return weight.get();
  }

  /** Adds to the weight of all rings. */
  void addWeight(long added) {
    weight.addAndGet(added);
  }

  /**
   * Returns the number of bytes that a ring may have now.
   *
   * @param ringWeight the weight of its readers
   */
  long limit(long ringWeight) {
    if (usedBytes.get() <= maxBytes / 2) {
      return Long.MAX_VALUE;
    }
    double share = (double) ringWeight / Math.max(1, weight.get());
    return (long) (maxBytes / 2.0 * share);
  }

  /** Reserves memory; returns false if that would exceed the budget. */
  boolean tryReserve(long bytes) {
    long used = usedBytes.get();
    while (used + bytes <= maxBytes) {
      if (usedBytes.compareAndSet(used, used + bytes)) {
        return true;
      }
      used = usedBytes.get();
    }
    return false;
  }

  /** Returns reserved memory. */
  void release(long bytes) {
    usedBytes.addAndGet(-bytes);
  }
}
