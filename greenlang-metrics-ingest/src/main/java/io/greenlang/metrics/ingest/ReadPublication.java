package io.greenlang.metrics.ingest;

import io.greenlang.metrics.Metric;
import java.util.List;

/**
 * The metrics of a publication, and the reasons for those that cannot be accepted. Immutable.
 *
 * @param metrics the accepted metrics in the order of the publication, each with a timestamp
 * @param rejected the number of rejected metrics
 * @param rejections the first of the rejected metrics, at most {@value #MAX_REJECTIONS}
 */
public record ReadPublication(List<Metric> metrics, int rejected, List<Rejection> rejections) {

  /** The maximum number of rejections that are listed. */
  public static final int MAX_REJECTIONS = 20;

  /** Copies the lists. */
  public ReadPublication {
    metrics = List.copyOf(metrics);
    rejections = List.copyOf(rejections);
  }

  /**
   * A metric that is not accepted.
   *
   * @param index the position of the metric or snapshot in the list, from 0; 0 if it is not a list
   * @param reason the reason on one line; it quotes names only escaped and truncated
   */
  public record Rejection(int index, String reason) {}
}
