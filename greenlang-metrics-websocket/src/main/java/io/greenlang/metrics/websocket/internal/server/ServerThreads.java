package io.greenlang.metrics.websocket.internal.server;

import io.greenlang.metrics.internal.util.NamedThreads;
import io.greenlang.metrics.websocket.internal.session.SessionContext;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The worker threads of a server, which run tasks that may block. Each kind of work has its own
 * threads and its own queue. A handshake never waits for commands, and a command never waits for a
 * search of history. All threads start at once: a system that refuses threads later cannot stop the
 * server. There is no thread per client.
 */
final class ServerThreads {

  private static final int THREADS =
      Math.max(2, Math.min(4, Runtime.getRuntime().availableProcessors()));

  private final List<ExecutorService> all = new ArrayList<>();
  private final ExecutorService handshakes;
  private final ExecutorService commands;
  private final ExecutorService history;
  private final ExecutorService catchUps;
  private final ExecutorService endpoints;
  private final ScheduledThreadPoolExecutor timer;

  /**
   * Starts all threads. If the system refuses one, the constructor stops the others and throws.
   *
   * @param servesEndpoints whether HTTP endpoints need threads
   */
  ServerThreads(boolean servesEndpoints) {
    try {
      handshakes = pool("greenlang-handshake-", 2);
      commands = pool("greenlang-worker-", THREADS);
      history = pool("greenlang-history-", 2);
      catchUps = pool("greenlang-catchup-", THREADS);
      endpoints = servesEndpoints ? pool("greenlang-http-", THREADS) : commands;
      timer = new ScheduledThreadPoolExecutor(1, NamedThreads.numbered("greenlang-timer-"));
      start(timer);
    } catch (RuntimeException | Error e) {
      all.forEach(ExecutorService::shutdownNow);
      throw e;
    }
  }

  private ExecutorService pool(String prefix, int threads) {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            0,
            TimeUnit.NANOSECONDS,
            new LinkedBlockingQueue<>(),
            NamedThreads.numbered(prefix));
    start(pool);
    return pool;
  }

  private void start(ThreadPoolExecutor pool) {
    all.add(pool);
    pool.prestartAllCoreThreads();
  }

  /** Returns the executor that authorizes handshakes. */
  ExecutorService handshakes() {
    return handshakes;
  }

  /** Returns the executor of commands and of other short tasks. */
  ExecutorService commands() {
    return commands;
  }

  /** Returns the executor of HTTP endpoints. */
  ExecutorService endpoints() {
    return endpoints;
  }

  /** Returns the queues of the sessions' tasks. */
  SessionContext.TaskQueues sessionQueues() {
    return new SessionContext.TaskQueues(commands, history, catchUps);
  }

  /** Returns the timer; its tasks must not block. */
  ScheduledExecutorService timer() {
    return timer;
  }

  /** Stops all threads after the queued tasks. */
  void shutdown() {
    all.forEach(ExecutorService::shutdown);
  }
}
