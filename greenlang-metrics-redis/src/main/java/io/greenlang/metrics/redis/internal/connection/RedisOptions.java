package io.greenlang.metrics.redis.internal.connection;

import io.greenlang.metrics.internal.config.Option;
import io.greenlang.metrics.internal.config.Options;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The options of a broker that have a range, each declared once, in the order of {@code
 * docs/reference/configuration.md}. The environment sets the timeout, and only the builder sets the
 * others.
 */
public final class RedisOptions {

  private static final List<Option<?>> ALL = new ArrayList<>();

  public static final Option<String> INSTANCE_NAME =
      declare(
          Options.text(
                  "instanceName",
                  null,
                  Pattern.compile("[0-9A-Za-z._-]{1,32}"),
                  "1 to 32 letters, digits, '.', '_' or '-'")
              .builderOnly());

  public static final Option<Duration> TIMEOUT =
      declare(
          Options.decimalSeconds(
                  "REDIS_TIMEOUT",
                  Duration.ofSeconds(1),
                  Duration.ofMillis(100),
                  Duration.ofSeconds(60))
              .setBy("timeout"));

  /** Without a value, it is {@code METRIC_RAW_RETENTION_HOURS}, or the default of that. */
  public static final Option<Duration> LOG_RETENTION =
      declare(Options.atLeast("logRetention", null, Duration.ZERO));

  public static final Option<Long> LOG_BYTES = bytes("logBytes", 256);

  public static final Option<Long> WINDOW_BYTES = bytes("windowBytes", 128);

  public static final Option<Long> QUEUE_BYTES = bytes("queueBytes", 16);

  public static final Option<Integer> QUEUE_PUBLICATIONS =
      declare(Options.atLeast("queuePublications", 100_000, 1));

  public static final Option<Long> DELIVERY_QUEUE_BYTES = bytes("deliveryQueueBytes", 32);

  private RedisOptions() {}

  private static Option<Long> bytes(String name, int defaultMebibytes) {
    return declare(Options.atLeast(name, (long) defaultMebibytes << 20, 1L));
  }

  private static <T> Option<T> declare(Option<T> option) {
    ALL.add(option);
    return option;
  }

  /** Returns all options in the order of their declaration. */
  public static List<Option<?>> all() {
    return List.copyOf(ALL);
  }
}
