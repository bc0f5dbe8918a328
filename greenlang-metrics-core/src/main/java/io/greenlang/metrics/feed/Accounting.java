package io.greenlang.metrics.feed;

/**
 * What became of the metrics that were published on a channel since a client subscribed, or the sum
 * of that over many. Nothing disappears: {@code published = delivered + merged + filtered + dropped
 * + pending}. While metrics are on the move a look at it may be off by those that moved meanwhile.
 *
 * @param published metrics published on the channel
 * @param delivered handed to the client's connection one by one
 * @param merged passed over; the client was told {@code lagged}, and the newest value of each
 *     series stands for them
 * @param filtered not asked for
 * @param dropped given to nobody, because the channel had more series than it may, or because the
 *     client ended its subscription or its connection first
 * @param pending not yet handed over
 */
public record Accounting(
    long published, long delivered, long merged, long filtered, long dropped, long pending) {

  /** Of nothing. */
  public static final Accounting NONE = new Accounting(0, 0, 0, 0, 0, 0);

  /** The sum of both. */
  public Accounting plus(Accounting other) {
    return new Accounting(
        published + other.published,
        delivered + other.delivered,
        merged + other.merged,
        filtered + other.filtered,
        dropped + other.dropped,
        pending + other.pending);
  }

  /** The same when nothing more will be handed over. */
  Accounting ended() {
    return new Accounting(published, delivered, merged, filtered, dropped + pending, 0);
  }
}
