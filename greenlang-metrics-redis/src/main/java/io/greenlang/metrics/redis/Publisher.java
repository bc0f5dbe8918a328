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
 * Logs what waits in the outbox: all that is there in one go, so batches grow with the load and
 * there is nothing to tune. Its own thread.
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
   * One that is not running.
   *
   * @param seen how far this instance has seen a channel's log; null if it has not
   * @param failed called when Redis did not answer
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
          log.error("publications could not be logged; it is tried again", e);
          batches.forEach(outbox::refused);
        }
        batches = outbox.take();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the broker is closed
    }
  }

  /** Twice, because a connection may have ended unseen: whatever was logged then is left out. */
  private void log(List<Batch> batches) {
    List<Batch> left = attempt(batches, true);
    if (!left.isEmpty()) {
      left = attempt(left, false);
    }
    if (left.isEmpty() && !outbox.isAnyAlone()) {
      troubles.clear(Troubles.Scope.PUBLISH);
    }
  }

  /**
   * Sends batches to their nodes.
   *
   * @return those with which another attempt might fare better, if there is to be one
   */
  private List<Batch> attempt(List<Batch> batches, boolean again) {
    Map<HostAndPort, List<Batch>> byNode = new LinkedHashMap<>();
    List<Batch> left = new ArrayList<>();
    for (Batch batch : batches) {
      try {
        byNode.computeIfAbsent(links.nodeOf(batch.lane().log), n -> new ArrayList<>()).add(batch);
      } catch (RedisFailure e) {
        failed(batch, e, again && e.kind() == RedisFailure.Kind.MOVED, left);
      }
    }
    byNode.forEach((node, some) -> send(node, some, again, left));
    return left;
  }

  private void send(HostAndPort node, List<Batch> batches, boolean again, List<Batch> left) {
    List<Batch> unknown = new ArrayList<>();
    try {
      Wire wire = links.to(node);
      exchange(wire, batches, Scripts.LOG.digest(), Command.EVALSHA, again, left, unknown);
      if (!unknown.isEmpty()) {
        exchange(
            wire, List.copyOf(unknown), Scripts.LOG.source(), Command.EVAL, again, left, unknown);
      }
    } catch (RedisFailure e) {
      boolean more = links.drop(node, e) && again;
      // those that were answered are not in their lanes any more, and the script leaves them out
      batches.forEach(batch -> failed(batch, e, more, left));
    }
  }

  private void exchange(
      Wire wire,
      List<Batch> batches,
      byte[] script,
      Command command,
      boolean again,
      List<Batch> left,
      List<Batch> unknown)
      throws RedisFailure {
    for (Batch batch : batches) {
      wire.queue(command, args(script, batch));
    }
    List<Object> answers = wire.answers(batches.size());
    for (int i = 0; i < answers.size(); i++) {
      Batch batch = batches.get(i);
      if (!(answers.get(i) instanceof RedisFailure failure)) {
        outbox.logged(batch);
      } else if (failure.kind() == RedisFailure.Kind.NO_SCRIPT && command == Command.EVALSHA) {
        unknown.add(batch);
      } else {
        failed(batch, failure, links.drop(wire.node(), failure) && again, left);
      }
    }
  }

  private void failed(Batch batch, RedisFailure failure, boolean more, List<Batch> left) {
    if (more) {
      left.add(batch);
      return;
    }
    troubles.report(Troubles.Scope.PUBLISH, failure);
    outbox.refused(batch);
    if (failure.kind() == RedisFailure.Kind.UNREACHABLE) {
      failed.run(); // so that its return is noticed soon; what it refuses is tried once a second
    }
  }

  private byte[][] args(byte[] script, Batch batch) {
    Lane lane = batch.lane();
    LogPosition known = seen.apply(lane);
    List<byte[]> args = new ArrayList<>(14 + 3 * batch.publications().size());
    args.add(script);
    args.add(Keys.bytes(4));
    args.add(lane.log);
    args.add(lane.meta);
    args.add(lane.sequence);
    args.add(lane.bus);
    args.add(Keys.bytes(Epochs.next()));
    args.add(Keys.bytes(known == null ? "" : known.epoch()));
    args.add(Keys.bytes(known == null ? 0 : known.offset()));
    args.add(Keys.bytes(settings.logRetention().toMillis()));
    args.add(Keys.bytes(settings.logBytes()));
    args.add(publish);
    args.add(Keys.bytes(settings.node()));
    for (Outgoing each : batch.publications()) {
      args.add(Keys.bytes(each.sequence()));
      args.add(Keys.bytes(each.count()));
      args.add(each.payload());
    }
    return args.toArray(new byte[0][]);
  }
}
