package io.greenlang.metrics.redis.internal.external;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.internal.util.NamedThreads;
import io.greenlang.metrics.redis.internal.connection.BrokerContext;
import io.greenlang.metrics.redis.internal.delivery.Dispatcher;
import io.greenlang.metrics.redis.internal.log.LogEntry;
import io.greenlang.metrics.redis.internal.membership.InstanceRegistry;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The support for external publishers: it appends their messages to the channels' logs.
 * Thread-safe.
 */
public final class ExternalPublishers implements Dispatcher.LogListener, AutoCloseable {

  private static final long JOIN_MILLIS = 2_000;

  private final ExternalBacklogs backlogs = new ExternalBacklogs();
  private final ExternalIntake intake;
  private final ExternalListener listener;
  private final @Nullable ExternalShards shards;
  private final ExternalChannels channels;
  private volatile @Nullable Thread thread;

  /** Creates the support without channels. Its threads are not running. */
  public ExternalPublishers(BrokerContext context, MetricsClock clock, InstanceRegistry instances) {
    this.intake = new ExternalIntake(backlogs, clock::wallTimeMillis, System::nanoTime);
    this.listener = new ExternalListener(context, intake::onMessage);
    this.shards =
        context.topology().isCluster()
            ? new ExternalShards(context, instances, intake::onMessage)
            : null;
    this.channels =
        new ExternalChannels(
            new RedisExternalLog(context),
            backlogs,
            intake,
            context.health(),
            this::subscribe,
            System::nanoTime);
  }

  /** Starts the threads. If the system refuses one, {@link #close} stops the others. */
  public void start() {
    listener.start();
    thread = NamedThreads.start("greenlang-redis-external-log", channels);
  }

  private void subscribe(Channel channel) {
    listener.add(channel);
    if (shards != null) {
      shards.add(channel);
    }
  }

  /** Adapts to the current nodes; called once per second. Does not block. */
  public void refresh() {
    if (shards != null) {
      shards.refresh();
    }
  }

  /**
   * Reconnects the subscriptions that have been unresponsive for longer than this. Does not block.
   */
  public void reconnectUnresponsive(long nanos) {
    if (shards != null) {
      shards.reconnectUnresponsive(nanos);
    }
  }

  @Override
  public void onChannelFollowed(Channel channel) {
    backlogs.add(channel);
  }

  @Override
  public void onEntry(Channel channel, LogEntry entry) {
    if (entry.isExternal()) {
      backlogs.update(
          channel,
          backlog ->
              backlog.onEntry(entry.publisher(), entry.publisherSequence(), System.nanoTime()));
    }
  }

  /** Adds its health figures, by dotted names. */
  public void addHealth(Map<String, Double> figures) {
    figures.put("foreign.malformed", (double) intake.malformed());
    figures.put("foreign.dropped", (double) intake.dropped());
  }

  /** Returns whether every received message was seen in a log; for tests. */
  public boolean isDone() {
    return backlogs.areEmpty();
  }

  @Override
  public void close() {
    listener.close();
    if (shards != null) {
      shards.close();
    }
    backlogs.close();
    Thread running = thread;
    if (running != null) {
      NamedThreads.join(running, JOIN_MILLIS);
    }
  }
}
