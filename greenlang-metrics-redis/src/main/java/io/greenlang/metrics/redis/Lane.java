package io.greenlang.metrics.redis;

import io.greenlang.metrics.Channel;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** This instance's publications on one channel that wait for Redis. Under the outbox's lock. */
final class Lane {

  private static final int MAX_UNHEARD = 4_096;

  final Channel channel;
  final byte[] log;
  final byte[] meta;
  final byte[] sequence;
  final byte[] bus;

  /** What Redis is not known to have. */
  final ArrayDeque<Outgoing> waiting = new ArrayDeque<>();

  /**
   * What Redis has, and this instance has not heard of: when Redis is away, it comes before all
   * that Redis does not have. At most {@value #MAX_UNHEARD}; older ones come by the log, or are
   * told to be lost.
   */
  private final ArrayDeque<Outgoing> unheard = new ArrayDeque<>();

  /** The newest that came by the log. */
  private long heard;

  /** What clients of this instance wait for, because Redis is away. */
  final ArrayDeque<Outgoing> local = new ArrayDeque<>();

  /** Metrics of {@link #local} that had to go; told with the next. */
  long lostLocally;

  long lastSequence;

  /** Whether Redis did not take this channel's publications the last time. */
  boolean alone;

  /** Whether that is to be tried again. */
  boolean retry;

  /** When this one is in the log, the channel is together with the others again; 0 if it is. */
  long backAt;

  /** Whether the dispatcher knows that there is something in {@link #local}. */
  boolean announced;

  Lane(Channel channel, String node) {
    this.channel = channel;
    this.log = Keys.log(channel);
    this.meta = Keys.meta(channel);
    this.sequence = Keys.sequence(channel, node);
    this.bus = Keys.bytes(Keys.bus(channel));
  }

  /** Takes notice that Redis has one of those that waited. */
  void logged(Outgoing done) {
    if (done.sequence() <= heard) {
      return; // it was heard before the answer
    }
    unheard.add(done);
    if (unheard.size() > MAX_UNHEARD) {
      unheard.remove();
    }
  }

  /** Takes notice that one came by the log, and so did all before it that Redis has. */
  void heard(long sequence) {
    heard = Math.max(heard, sequence);
    while (!unheard.isEmpty() && unheard.element().sequence() <= heard) {
      unheard.remove();
    }
  }

  /** Has clients of this instance get all that they have not got, in order. */
  void part() {
    alone = true;
    backAt = 0;
    local.addAll(unheard);
    local.addAll(waiting);
  }

  /** Lets go of the oldest; null if there is none. */
  @Nullable Outgoing dropOldest() {
    Outgoing oldest = waiting.poll();
    while (oldest != null && !local.isEmpty() && local.element().sequence() <= oldest.sequence()) {
      lostLocally += local.remove().count();
    }
    return oldest;
  }
}
