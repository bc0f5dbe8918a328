package io.greenlang.metrics.ingest;

import io.greenlang.metrics.Metric;
import java.util.List;

/**
 * The metrics of a publication, and the reasons for those that cannot be accepted. Immutable.
 *
 * @param metrics the accepted metrics in the order of the publication, each with a timestamp
 * @param rejections the rejected metrics in the order of the publication
 */
public record ReadPublication(List<Metric> metrics, List<Rejection> rejections) {

  /** Copies the lists. */
  public ReadPublication {
    metrics = List.copyOf(metrics);
    rejections = List.copyOf(rejections);
  }

  /**
   * A metric that is not accepted.
   *
   * @param index the position of the metric or snapshot in the list, from 0; 0 if it is not a list
   * @param reason the reason on one line; it quotes names only escaped and truncated. If the
   *     reasons of a publication exceed {@link PublicationReader#MAX_REASONS} characters, the
   *     others are left out, and a text says so
   */
  public record Rejection(int index, String reason) {}
}
