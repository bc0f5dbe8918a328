package io.greenlang.metrics.subscription;

/** The shape of a subscription's metric messages. */
public enum Format {
  /** One message per metric. */
  METRIC,
  /** One message per publication, with its metrics in a list. */
  BATCH,
  /** One nested message per publication and tag set: {@code {"cpu":{"percent":45.2}}}. */
  SNAPSHOT
}
