package io.greenlang.metrics.redis;

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
final class Publisher implements Runnable {

  private static final Logger log = LoggerFactory.getLogger(Publisher.class);

  private final Settings settings;
  private final Outbox outbox;
  private final Links links;
  private final Troubles troubles;
  private final Function<Lane, @Nullable LogPosition> seen;
  private final Runnable failed;
  private final byte[] publish;

  /**
   * Creates a publisher that is not running.
   *
   * @param seen returns the position up to which this instance has read a channel's log; null if it
   *     has not read it
   * @param failed called when Redis did not reply
   */
  Publisher(
      Settings settings,
      Outbox outbox,
      Links links,
      boolean cluster,
      Troubles troubles,
      Function<Lane, @Nullable LogPosition> seen,
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
      List<Batch> batches = outbox.take();
      while (!batches.isEmpty()) {
        try {
          log(batches);
        } catch (RuntimeException e) {
          log.error("Failed to log publications; retrying", e);
          batches.forEach(outbox::refused);
        }
        batches = outbox.take();
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
    List<Batch> remaining = attempt(batches, true);
    if (!remaining.isEmpty()) {
      remaining = attempt(remaining, false);
    }
    if (remaining.isEmpty() && !outbox.isAnyAlone()) {
      troubles.clear(Troubles.Scope.PUBLISH);
    }
  }

  /**
   * Sends batches to their nodes.
   *
   * @return the batches for which another attempt may succeed, if one is to follow
   */
  private List<Batch> attempt(List<Batch> batches, boolean mayRetry) {
    Map<HostAndPort, List<Batch>> byNode = new LinkedHashMap<>();
    List<Batch> remaining = new ArrayList<>();
    for (Batch batch : batches) {
      try {
        byNode.computeIfAbsent(links.nodeOf(batch.lane().log), key -> new ArrayList<>()).add(batch);
      } catch (RedisFailure e) {
        failed(batch, e, mayRetry && e.kind() == RedisFailure.Kind.MOVED, remaining);
      }
    }
    byNode.forEach((node, nodeBatches) -> send(node, nodeBatches, mayRetry, remaining));
    return remaining;
  }

  private void send(
      HostAndPort node, List<Batch> batches, boolean mayRetry, List<Batch> remaining) {
    List<Batch> withoutScript = new ArrayList<>();
    try {
      Wire wire = links.to(node);
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
    } catch (RedisFailure e) {
      boolean retry = links.drop(node, e) && mayRetry;
      // the confirmed ones have left their queues, and the script skips them
      batches.forEach(batch -> failed(batch, e, retry, remaining));
    }
  }

  private void exchange(
      Wire wire,
      List<Batch> batches,
      byte[] script,
      Command command,
      boolean mayRetry,
      List<Batch> remaining,
      List<Batch> withoutScript)
      throws RedisFailure {
    for (Batch batch : batches) {
      wire.queue(command, args(script, batch));
    }
    List<Object> replies = wire.answers(batches.size());
    for (int i = 0; i < replies.size(); i++) {
      Batch batch = batches.get(i);
      if (!(replies.get(i) instanceof RedisFailure failure)) {
        outbox.logged(batch);
      } else if (failure.kind() == RedisFailure.Kind.NO_SCRIPT && command == Command.EVALSHA) {
        withoutScript.add(batch);
      } else {
        failed(batch, failure, links.drop(wire.node(), failure) && mayRetry, remaining);
      }
    }
  }

  private void failed(Batch batch, RedisFailure failure, boolean retry, List<Batch> remaining) {
    if (retry) {
      remaining.add(batch);
      return;
    }
    troubles.report(Troubles.Scope.PUBLISH, failure);
    outbox.refused(batch);
    if (failure.kind() == RedisFailure.Kind.UNREACHABLE) {
      failed.run(); // detects the recovery soon; rejected batches are retried once per second
    }
  }

  private byte[][] args(byte[] script, Batch batch) {
    Lane lane = batch.lane();
    LogPosition position = seen.apply(lane);
    List<byte[]> args = new ArrayList<>(14 + 3 * batch.publications().size());
    args.add(script);
    args.add(Keys.bytes(4));
    args.add(lane.log);
    args.add(lane.meta);
    args.add(lane.sequence);
    args.add(lane.bus);
    args.add(Keys.bytes(Epochs.next()));
    args.add(Keys.bytes(position == null ? "" : position.epoch()));
    args.add(Keys.bytes(position == null ? 0 : position.offset()));
    args.add(Keys.bytes(settings.logRetention().toMillis()));
    args.add(Keys.bytes(settings.logBytes()));
    args.add(publish);
    args.add(Keys.bytes(settings.node()));
    for (Outgoing publication : batch.publications()) {
      args.add(Keys.bytes(publication.sequence()));
      args.add(Keys.bytes(publication.count()));
      args.add(publication.payload());
    }
    return args.toArray(new byte[0][]);
  }
}
