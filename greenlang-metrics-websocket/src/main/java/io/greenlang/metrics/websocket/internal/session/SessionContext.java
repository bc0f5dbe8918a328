package io.greenlang.metrics.websocket.internal.session;

import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.websocket.internal.delivery.ServerCounters;
import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * The settings and objects that all sessions of a server share.
 *
 * @param hub the source of the metrics
 * @param tokens validates tokens that replace the token of a session
 * @param queues run tasks that may block
 * @param counters the server's counters
 * @param settings the values that the server's configuration sets
 */
public record SessionContext(
    MetricsHub hub,
    TokenValidator tokens,
    TaskQueues queues,
    ServerCounters counters,
    Settings settings) {

  /**
   * The executors of tasks that may block. They share no thread, so no kind of work waits for
   * another.
   *
   * @param commands runs commands
   * @param history searches history
   * @param catchUps opens subscriptions that begin in history, prepares the pieces of catch-ups and
   *     closes readers
   */
  public record TaskQueues(Executor commands, Executor history, Executor catchUps) {}

  /**
   * The settings of a server's sessions.
   *
   * @param heartbeat the interval between pings
   * @param maxSessions the maximum number of concurrent sessions
   * @param messagesPerMinute the maximum messages that a subject may send per minute, and the
   *     maximum metric frames that a connection receives per minute; 0 for no limit
   */
  public record Settings(Duration heartbeat, int maxSessions, int messagesPerMinute) {}

  /** Returns the clock that limits and timeouts use. */
  MetricsClock clock() {
    return hub.clock();
  }
}
