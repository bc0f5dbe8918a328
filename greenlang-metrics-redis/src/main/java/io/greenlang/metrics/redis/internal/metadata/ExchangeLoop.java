package io.greenlang.metrics.redis.internal.metadata;

import io.greenlang.metrics.internal.util.ThrottledLog;
import io.greenlang.metrics.redis.internal.connection.NodeConnections;
import io.greenlang.metrics.redis.internal.connection.RedisException;
import io.greenlang.metrics.redis.internal.support.IntervalTimer;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread of an exchange of shared data, which runs once per second and whenever it is woken. A
 * failure is logged, and the next run tries again. {@link #wakeUp} and {@link #close} may be called
 * on any thread.
 */
final class ExchangeLoop implements Runnable, AutoCloseable {

  /** One run of an exchange. */
  @FunctionalInterface
  interface Exchange {

    void run() throws RedisException;
  }

  private static final Logger log = LoggerFactory.getLogger(ExchangeLoop.class);

  /** The failures that concern every command, so the heartbeat and the publisher report them. */
  private static final Set<RedisException.Kind> REPORTED_BY_OTHERS =
      EnumSet.of(
          RedisException.Kind.UNREACHABLE,
          RedisException.Kind.LOGIN,
          RedisException.Kind.UNSUPPORTED_VERSION,
          RedisException.Kind.LOADING,
          RedisException.Kind.FULL,
          RedisException.Kind.READ_ONLY,
          RedisException.Kind.MOVED);

  private final IntervalTimer timer = new IntervalTimer();
  private final ThrottledLog failureLog = new ThrottledLog(log);
  private final NodeConnections connections;
  private final String data;
  private final BooleanSupplier isUrgent;
  private final Exchange exchange;

  /**
   * Creates a loop whose thread is not running.
   *
   * @param connections the connections of the exchange, which are closed with the loop
   * @param data the name of the shared data, for log messages
   * @param isUrgent returns whether an outage that others report is reported here, too
   */
  ExchangeLoop(
      NodeConnections connections, String data, BooleanSupplier isUrgent, Exchange exchange) {
    this.connections = connections;
    this.data = data;
    this.isUrgent = isUrgent;
    this.exchange = exchange;
  }

  /** Has the thread run the exchange at once. */
  void wakeUp() {
    timer.wakeUp();
  }

  @Override
  public void close() {
    timer.close();
  }

  @Override
  public void run() {
    try (connections) {
      do {
        tryExchange();
      } while (timer.awaitNext());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the broker is closed
    }
  }

  private void tryExchange() {
    try {
      exchange.run();
    } catch (RedisException e) {
      logFailure(e);
    } catch (RuntimeException | Error e) {
      failureLog.error("Failed to share {}; retrying in one second", data, e);
    }
  }

  private void logFailure(RedisException e) {
    String message = "Failed to share {}; retrying in one second: {}";
    if (REPORTED_BY_OTHERS.contains(e.kind()) && !isUrgent.getAsBoolean()) {
      log.debug(message, data, e.getMessage());
    } else {
      failureLog.warn(message, data, e.getMessage());
    }
  }
}
