package io.greenlang.metrics.redis.internal.delivery;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The highest sequence of each publisher that arrived from a channel's log. Limited to {@value
 * #MAX_PUBLISHERS} publishers; the least recently seen one is evicted. One thread.
 */
final class PublisherSequences {

  static final int MAX_PUBLISHERS = 1_024;

  private final Map<String, Long> highest =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
          return size() > MAX_PUBLISHERS;
        }
      };

  /**
   * Records a publication.
   *
   * @return whether its sequence is higher than all previous ones of this publisher
   */
  boolean advance(String publisher, long publisherSequence) {
    Long previous = highest.get(publisher);
    if (previous != null && publisherSequence <= previous) {
      return false;
    }
    highest.put(publisher, publisherSequence);
    return true;
  }
}
