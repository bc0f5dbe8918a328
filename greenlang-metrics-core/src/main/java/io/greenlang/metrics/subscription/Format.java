package io.greenlang.metrics.subscription;

/** The shape in which a subscription's metrics arrive. */
public enum Format {
  /** A message a metric. */
  METRIC,
  /** A message a publication, its metrics in a list. */
  BATCH,
  /** A nested message a publication and tag set: {@code {"cpu":{"percent":45.2}}}. */
  SNAPSHOT
}
