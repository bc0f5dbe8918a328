package io.greenlang.metrics.websocket.internal.server;

import io.greenlang.metrics.internal.util.NamedThreads;
import io.greenlang.metrics.websocket.internal.session.SessionContext;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The worker threads of a server, which run tasks that may block. Each kind of work has its own
 * threads and its own queue, so a handshake never waits for commands, and a command never waits for
 * a search of history. All threads start at once: a system that refuses threads later cannot stop
 * the server. There is no thread per client.
 */
final class ServerThreads {

  private static final int THREADS =
      Math.max(2, Math.min(4, Runtime.getRuntime().availableProcessors()));

  private final ExecutorService handshakes = pool("greenlang-handshake-", 2);
  private final ExecutorService commands = pool("greenlang-worker-", THREADS);
  private final ExecutorService history = pool("greenlang-history-", 2);
  private final ExecutorService catchUps = pool("greenlang-catchup-", THREADS);

  private static ExecutorService pool(String prefix, int threads) {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            0,
            TimeUnit.NANOSECONDS,
            new LinkedBlockingQueue<>(),
            NamedThreads.numbered(prefix));
    pool.prestartAllCoreThreads();
    return pool;
  }

  /** Returns the executor that authorizes handshakes. */
  ExecutorService handshakes() {
    return handshakes;
  }

  /** Returns the executor of commands and of other short tasks. */
  ExecutorService commands() {
    return commands;
  }

  /** Returns the queues of the sessions' tasks. */
  SessionContext.TaskQueues sessionQueues() {
    return new SessionContext.TaskQueues(commands, history, catchUps);
  }

  /** Stops all threads after the queued tasks. */
  void shutdown() {
    handshakes.shutdown();
    commands.shutdown();
    history.shutdown();
    catchUps.shutdown();
  }
}
