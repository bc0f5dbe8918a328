package io.greenlang.metrics.redis.internal.publish;

import io.greenlang.metrics.redis.internal.connection.BrokerContext;
import io.greenlang.metrics.redis.internal.connection.HealthTracker;
import io.greenlang.metrics.redis.internal.connection.NodeAddress;
import io.greenlang.metrics.redis.internal.connection.NodeConnections;
import io.greenlang.metrics.redis.internal.connection.RedisBrokerConfig;
import io.greenlang.metrics.redis.internal.connection.RedisCommand;
import io.greenlang.metrics.redis.internal.connection.RedisConnection;
import io.greenlang.metrics.redis.internal.connection.RedisException;
import io.greenlang.metrics.redis.internal.log.LogPosition;
import io.greenlang.metrics.redis.internal.log.Scripts;
import io.greenlang.metrics.redis.internal.publish.ChannelPublishQueue.Batch;
import io.greenlang.metrics.redis.internal.publish.ChannelPublishQueue.QueuedPublication;
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

/**
 * The thread that logs the publications in the publish queue. It sends everything that is queued in
 * one go, so batches grow with the load and need no tuning.
 */
public final class Publisher implements Runnable {

  private static final Logger log = LoggerFactory.getLogger(Publisher.class);

  private final RedisBrokerConfig config;
  private final PublishQueue publishQueue;
  private final NodeConnections connections;
  private final HealthTracker health;
  private final Function<ChannelPublishQueue, @Nullable LogPosition> positionOf;
  private final Runnable onUnreachable;
  private final byte[] publishCommand;

  /**
   * Creates a publisher that is not running.
   *
   * @param positionOf returns the position up to which this instance has read a channel's log; null
   *     if it has not read it
   * @param onUnreachable called when Redis did not reply
   */
  public Publisher(
      BrokerContext context,
      PublishQueue publishQueue,
      Function<ChannelPublishQueue, @Nullable LogPosition> positionOf,
      Runnable onUnreachable) {
    this.config = context.config();
    this.publishQueue = publishQueue;
    this.connections = context.newConnections();
    this.health = context.health();
    this.positionOf = positionOf;
    this.onUnreachable = onUnreachable;
    this.publishCommand = Keys.bytes(context.publishCommand().name());
  }

  @Override
  public void run() {
    try (connections) {
      List<Batch> batches = publishQueue.awaitBatches();
      while (!batches.isEmpty()) {
        try {
          log(batches);
        } catch (RuntimeException | Error e) {
          log.error("Failed to log publications; retrying", e);
          batches.forEach(publishQueue::onRejected);
        }
        batches = publishQueue.awaitBatches();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the broker is closed
    }
  }

  /**
   * Tries twice, because a connection may have ended unnoticed. The script skips the publications
   * that the first attempt has logged.
   */
  private void log(List<Batch> batches) {
    List<Batch> remaining = new Attempt(true).send(batches);
    if (!remaining.isEmpty()) {
      remaining = new Attempt(false).send(remaining);
    }
    if (remaining.isEmpty() && !publishQueue.isAnyLocal()) {
      health.clear(HealthTracker.Activity.PUBLISH);
    }
  }

  /** One attempt to log batches. */
  private final class Attempt {

    private final boolean mayRetry;

    /** The batches for which another attempt may succeed. */
    private final List<Batch> remaining = new ArrayList<>();

    Attempt(boolean mayRetry) {
      this.mayRetry = mayRetry;
    }

    /** Sends batches to their nodes; returns those that are worth another attempt. */
    List<Batch> send(List<Batch> batches) {
      Map<NodeAddress, List<Batch>> byNode = new LinkedHashMap<>();
      for (Batch batch : batches) {
        try {
          NodeAddress node = connections.nodeOf(batch.queue().logKey());
          byNode.computeIfAbsent(node, key -> new ArrayList<>()).add(batch);
        } catch (RedisException e) {
          onFailure(batch, e, e.kind() == RedisException.Kind.MOVED);
        }
      }
      byNode.forEach(this::send);
      return remaining;
    }

    private void send(NodeAddress node, List<Batch> batches) {
      try {
        RedisConnection connection = connections.connection(node);
        List<Batch> withoutScript = exchange(connection, batches, RedisCommand.EVALSHA);
        if (!withoutScript.isEmpty()) {
          exchange(connection, withoutScript, RedisCommand.EVAL);
        }
      } catch (RedisException e) {
        boolean retry = connections.handleFailure(node, e);
        // the confirmed ones have left their queues, and the script skips them
        batches.forEach(batch -> onFailure(batch, e, retry));
      }
    }

    /** Sends batches to one node; returns those for which the node does not know the script. */
    private List<Batch> exchange(
        RedisConnection connection, List<Batch> batches, RedisCommand command)
        throws RedisException {
      for (Batch batch : batches) {
        connection.queue(command, arguments(command, batch));
      }
      List<Object> replies = connection.awaitReplies(batches.size());
      List<Batch> withoutScript = new ArrayList<>();
      for (int i = 0; i < replies.size(); i++) {
        Batch batch = batches.get(i);
        if (!(replies.get(i) instanceof RedisException failure)) {
          publishQueue.onLogged(batch);
        } else if (isScriptUnknown(failure, command)) {
          withoutScript.add(batch);
        } else {
          onFailure(batch, failure, connections.handleFailure(connection.node(), failure));
        }
      }
      return withoutScript;
    }

    private void onFailure(Batch batch, RedisException failure, boolean mayRecover) {
      if (mayRecover && mayRetry) {
        remaining.add(batch);
        return;
      }
      health.report(HealthTracker.Activity.PUBLISH, failure);
      publishQueue.onRejected(batch);
      if (failure.kind() == RedisException.Kind.UNREACHABLE) {
        onUnreachable.run(); // detects the recovery soon; batches are retried once per second
      }
    }
  }

  private static boolean isScriptUnknown(RedisException failure, RedisCommand command) {
    return failure.kind() == RedisException.Kind.NO_SCRIPT && command == RedisCommand.EVALSHA;
  }

  private byte[][] arguments(RedisCommand command, Batch batch) {
    List<byte[]> arguments = new ArrayList<>(14 + 3 * batch.publications().size());
    arguments.add(command == RedisCommand.EVAL ? Scripts.LOG.source() : Scripts.LOG.digest());
    arguments.add(Keys.bytes(4));
    arguments.addAll(batch.queue().scriptKeys());
    addSettings(arguments, positionOf.apply(batch.queue()));
    for (QueuedPublication publication : batch.publications()) {
      arguments.add(Keys.bytes(publication.publisherSequence()));
      arguments.add(Keys.bytes(publication.count()));
      arguments.add(publication.payload());
    }
    return arguments.toArray(new byte[0][]);
  }

  private void addSettings(List<byte[]> arguments, @Nullable LogPosition position) {
    arguments.add(Keys.bytes(Epoch.random()));
    arguments.add(Keys.bytes(position == null ? "" : position.epoch()));
    arguments.add(Keys.bytes(position == null ? 0 : position.offset()));
    arguments.add(Keys.bytes(config.logRetention().toMillis()));
    arguments.add(Keys.bytes(config.logBytes()));
    arguments.add(publishCommand);
    arguments.add(Keys.bytes(config.instanceId()));
  }
}
