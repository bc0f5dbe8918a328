package io.greenlang.metrics.subscription;

/** The shape of a subscription's metric messages. */
public enum Format {
  /** One message per metric. */
  METRIC,
  /** One message per publication, with its metrics in a list. */
  BATCH,
  /**
   * One nested message per publication, tag set and time: {@code {"cpu":{"percent":45.2}}}. Further
   * values of a name in the same publication are in further messages.
   */
  SNAPSHOT,
  /**
   * One message per publication, which names each series once and then carries numbers only. It
   * requires MessagePack. Replays and latest values have the form of {@link #BATCH}.
   */
  COLUMNAR
}
