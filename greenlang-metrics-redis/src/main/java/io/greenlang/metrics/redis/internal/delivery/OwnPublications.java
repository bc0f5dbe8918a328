package io.greenlang.metrics.redis.internal.delivery;

/**
 * The publications of this instance on one channel that its clients have received, from the log or
 * in local mode. They are identified by their sequence. One thread.
 */
final class OwnPublications {

  /** The relation of a publication that arrives from the log to those already delivered. */
  enum Arrival {
    /** It continues the order, and must be delivered. */
    NEW,
    /** It was delivered before. */
    DELIVERED,
    /**
     * It was not delivered, but later ones of the same series were. Redis logged it long before
     * local mode began, and this instance never received it.
     */
    OVERTAKEN
  }

  private final SequenceRanges deliveredLocally = new SequenceRanges();
  private long lastDeliveredLocally;

  /** The highest sequence that arrived from the log. */
  private long lastLogged;

  /** Records a publication that arrived from the log. */
  Arrival onLogged(long publisherSequence) {
    boolean delivered = isDelivered(publisherSequence);
    deliveredLocally.removeBefore(publisherSequence);
    lastLogged = Math.max(lastLogged, publisherSequence);
    if (delivered) {
      return Arrival.DELIVERED;
    }
    return publisherSequence < lastDeliveredLocally ? Arrival.OVERTAKEN : Arrival.NEW;
  }

  /** Returns whether a publication was delivered. */
  boolean isDelivered(long publisherSequence) {
    return publisherSequence <= lastLogged || deliveredLocally.contains(publisherSequence);
  }

  /** Returns whether no publication between the delivered ones and this one is missing. */
  boolean isNext(long publisherSequence) {
    return publisherSequence <= Math.max(lastLogged, lastDeliveredLocally) + 1;
  }

  /** Records a publication that is delivered in local mode. */
  void onDeliveredLocally(long publisherSequence) {
    deliveredLocally.add(publisherSequence);
    lastDeliveredLocally = Math.max(lastDeliveredLocally, publisherSequence);
  }
}
