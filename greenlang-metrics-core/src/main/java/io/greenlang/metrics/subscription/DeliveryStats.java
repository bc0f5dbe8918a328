package io.greenlang.metrics.subscription;

/**
 * A breakdown of the metrics published on a channel since a client subscribed, or a sum over many
 * clients. No metric is unaccounted for: {@code published = delivered + merged + filtered + dropped
 * + pending}. While metrics are in transit, a snapshot may be off by their number.
 *
 * @param published metrics published on the channel
 * @param delivered metrics passed to the client's connection individually
 * @param merged metrics skipped; the client received a {@code lagged} message and the latest value
 *     of each series instead
 * @param filtered metrics that the subscription does not match
 * @param dropped metrics discarded because the channel reached its series limit, or because the
 *     client unsubscribed or disconnected first
 * @param pending metrics not yet delivered
 */
public record DeliveryStats(
    long published, long delivered, long merged, long filtered, long dropped, long pending) {

  /** The statistics of no metrics. */
  public static final DeliveryStats EMPTY = new DeliveryStats(0, 0, 0, 0, 0, 0);

  /** Returns the sum of both. */
  public DeliveryStats plus(DeliveryStats other) {
    return new DeliveryStats(
        published + other.published,
        delivered + other.delivered,
        merged + other.merged,
        filtered + other.filtered,
        dropped + other.dropped,
        pending + other.pending);
  }

  /** Returns the final statistics, in which pending metrics count as dropped. */
  public DeliveryStats finished() {
    return new DeliveryStats(published, delivered, merged, filtered, dropped + pending, 0);
  }
}
