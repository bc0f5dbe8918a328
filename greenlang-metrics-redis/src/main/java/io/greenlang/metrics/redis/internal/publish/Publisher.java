package io.greenlang.metrics.redis.internal.publish;

import io.greenlang.metrics.redis.internal.connection.HealthTracker;
import io.greenlang.metrics.redis.internal.connection.NodeConnections;
import io.greenlang.metrics.redis.internal.connection.RedisBrokerConfig;
import io.greenlang.metrics.redis.internal.connection.RedisConnection;
import io.greenlang.metrics.redis.internal.connection.RedisException;
import io.greenlang.metrics.redis.internal.log.LogPosition;
import io.greenlang.metrics.redis.internal.log.Scripts;
import io.greenlang.metrics.redis.internal.support.Epoch;
import io.greenlang.metrics.redis.internal.support.Keys;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol.Command;

/**
 * The thread that logs the publications in the outbox. It sends everything that is queued in one
 * go, so batches grow with the load and need no tuning.
 */
public final class Publisher implements Runnable {

  private static final Logger log = LoggerFactory.getLogger(Publisher.class);

  private final RedisBrokerConfig settings;
  private final PublishQueue outbox;
  private final NodeConnections links;
  private final HealthTracker troubles;
  private final Function<ChannelPublishQueue, @Nullable LogPosition> seen;
  private final Runnable failed;
  private final byte[] publish;

  /**
   * Creates a publisher that is not running.
   *
   * @param seen returns the position up to which this instance has read a channel's log; null if it
   *     has not read it
   * @param failed called when Redis did not reply
   */
  public Publisher(
      RedisBrokerConfig settings,
      PublishQueue outbox,
      NodeConnections links,
      boolean cluster,
      HealthTracker troubles,
      Function<ChannelPublishQueue, @Nullable LogPosition> seen,
      Runnable failed) {
    this.settings = settings;
    this.outbox = outbox;
    this.links = links;
    this.publish = Keys.bytes(cluster ? "SPUBLISH" : "PUBLISH");
    this.troubles = troubles;
    this.seen = seen;
    this.failed = failed;
  }

  @Override
  public void run() {
    try (links) {
      List<PublishBatch> batches = outbox.awaitBatches();
      while (!batches.isEmpty()) {
        try {
          log(batches);
        } catch (RuntimeException e) {
          log.error("Failed to log publications; retrying", e);
          batches.forEach(outbox::onRejected);
        }
        batches = outbox.awaitBatches();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the broker is closed
    }
  }

  /**
   * Tries twice, because a connection may have ended unnoticed. The script skips the publications
   * that the first attempt has logged.
   */
  private void log(List<PublishBatch> batches) {
    List<PublishBatch> remaining = attempt(batches, true);
    if (!remaining.isEmpty()) {
      remaining = attempt(remaining, false);
    }
    if (remaining.isEmpty() && !outbox.isAnyLocal()) {
      troubles.clear(HealthTracker.Activity.PUBLISH);
    }
  }

  /**
   * Sends batches to their nodes.
   *
   * @return the batches for which another attempt may succeed, if one is to follow
   */
  private List<PublishBatch> attempt(List<PublishBatch> batches, boolean mayRetry) {
    Map<HostAndPort, List<PublishBatch>> byNode = new LinkedHashMap<>();
    List<PublishBatch> remaining = new ArrayList<>();
    for (PublishBatch batch : batches) {
      try {
        byNode
            .computeIfAbsent(links.nodeOf(batch.queue().log), key -> new ArrayList<>())
            .add(batch);
      } catch (RedisException e) {
        failed(batch, e, mayRetry && e.kind() == RedisException.Kind.MOVED, remaining);
      }
    }
    byNode.forEach((node, nodeBatches) -> send(node, nodeBatches, mayRetry, remaining));
    return remaining;
  }

  private void send(
      HostAndPort node,
      List<PublishBatch> batches,
      boolean mayRetry,
      List<PublishBatch> remaining) {
    List<PublishBatch> withoutScript = new ArrayList<>();
    try {
      RedisConnection wire = links.connection(node);
      exchange(
          wire, batches, Scripts.LOG.digest(), Command.EVALSHA, mayRetry, remaining, withoutScript);
      if (!withoutScript.isEmpty()) {
        exchange(
            wire,
            List.copyOf(withoutScript),
            Scripts.LOG.source(),
            Command.EVAL,
            mayRetry,
            remaining,
            withoutScript);
      }
    } catch (RedisException e) {
      boolean retry = links.handleFailure(node, e) && mayRetry;
      // the confirmed ones have left their queues, and the script skips them
      batches.forEach(batch -> failed(batch, e, retry, remaining));
    }
  }

  private void exchange(
      RedisConnection wire,
      List<PublishBatch> batches,
      byte[] script,
      Command command,
      boolean mayRetry,
      List<PublishBatch> remaining,
      List<PublishBatch> withoutScript)
      throws RedisException {
    for (PublishBatch batch : batches) {
      wire.queue(command, args(script, batch));
    }
    List<Object> replies = wire.awaitReplies(batches.size());
    for (int i = 0; i < replies.size(); i++) {
      PublishBatch batch = batches.get(i);
      if (!(replies.get(i) instanceof RedisException failure)) {
        outbox.onLogged(batch);
      } else if (failure.kind() == RedisException.Kind.NO_SCRIPT && command == Command.EVALSHA) {
        withoutScript.add(batch);
      } else {
        failed(batch, failure, links.handleFailure(wire.node(), failure) && mayRetry, remaining);
      }
    }
  }

  private void failed(
      PublishBatch batch, RedisException failure, boolean retry, List<PublishBatch> remaining) {
    if (retry) {
      remaining.add(batch);
      return;
    }
    troubles.report(HealthTracker.Activity.PUBLISH, failure);
    outbox.onRejected(batch);
    if (failure.kind() == RedisException.Kind.UNREACHABLE) {
      failed.run(); // detects the recovery soon; rejected batches are retried once per second
    }
  }

  private byte[][] args(byte[] script, PublishBatch batch) {
    ChannelPublishQueue lane = batch.queue();
    LogPosition position = seen.apply(lane);
    List<byte[]> args = new ArrayList<>(14 + 3 * batch.publications().size());
    args.add(script);
    args.add(Keys.bytes(4));
    args.add(lane.log);
    args.add(lane.meta);
    args.add(lane.sequence);
    args.add(lane.bus);
    args.add(Keys.bytes(Epoch.next()));
    args.add(Keys.bytes(position == null ? "" : position.epoch()));
    args.add(Keys.bytes(position == null ? 0 : position.offset()));
    args.add(Keys.bytes(settings.logRetention().toMillis()));
    args.add(Keys.bytes(settings.logBytes()));
    args.add(publish);
    args.add(Keys.bytes(settings.instanceId()));
    for (QueuedPublication publication : batch.publications()) {
      args.add(Keys.bytes(publication.sequence()));
      args.add(Keys.bytes(publication.count()));
      args.add(publication.payload());
    }
    return args.toArray(new byte[0][]);
  }
}
