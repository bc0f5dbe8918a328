package io.greenlang.metrics.redis.internal.publish;

import java.util.List;

/** Publications of one channel that are logged in one step. They stay in their queue until then. */
record PublishBatch(ChannelPublishQueue queue, List<QueuedPublication> publications) {

  /** Returns the sequence of the last publication. */
  long lastSequence() {
    return publications.get(publications.size() - 1).sequence();
  }
}
