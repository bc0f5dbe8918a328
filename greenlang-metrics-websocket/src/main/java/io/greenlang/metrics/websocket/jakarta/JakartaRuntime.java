package io.greenlang.metrics.websocket.jakarta;

import io.greenlang.metrics.websocket.protocol.CloseCode;
import io.greenlang.metrics.websocket.transport.TransportContext;
import jakarta.websocket.Session;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What lives from the transport's beginning to its stop: threads and open connections. Any thread.
 *
 * <p>I/O threads are ours, because a container's are not: it has no loop that a session belongs to,
 * and none of its threads may wait for another. There are as many as processors, whatever the
 * number of clients, and each serves its clients one after the other, as Netty's do. Undertow alone
 * has such threads itself, and there a session is served by its own.
 */
final class JakartaRuntime {

  private static final Logger log = LoggerFactory.getLogger(JakartaRuntime.class);

  /**
   * Closing blocks on Tomcat, 50 ms for a peer that takes nothing. With 16 at a time, 5,000 such
   * peers are gone in 16 s.
   */
  private static final int BLOCKING_THREADS = 16;

  private static final long IDLE_SECONDS = 10;
  private static final Duration ENDING = Duration.ofSeconds(2);

  private final TransportContext context;
  private final List<ThreadPoolExecutor> ioThreads;
  private final ThreadPoolExecutor blocking;
  private final ScheduledThreadPoolExecutor timer;
  private final ReadyTexts readyTexts = new ReadyTexts();
  private final AtomicInteger turn = new AtomicInteger();
  private final Set<JakartaConnection> connections = ConcurrentHashMap.newKeySet();
  private final Set<JakartaConnection> leaving = ConcurrentHashMap.newKeySet();

  /** Opens when nobody is let in any more and the last one has gone. */
  private final CountDownLatch empty = new CountDownLatch(1);

  private volatile boolean accepting = true;

  JakartaRuntime(TransportContext context) {
    this.context = context;
    ThreadFactory io = daemons("greenlang-jakarta-io-");
    this.ioThreads =
        Stream.generate(() -> pool(1, io))
            .limit(Runtime.getRuntime().availableProcessors())
            .toList();
    this.blocking = pool(BLOCKING_THREADS, daemons("greenlang-jakarta-close-"));
    this.timer = new ScheduledThreadPoolExecutor(1, daemons("greenlang-jakarta-timer-"));
    this.timer.setRemoveOnCancelPolicy(true);
  }

  TransportContext context() {
    return context;
  }

  /** The I/O thread that serves a new session: Undertow's own, or else the next of ours. */
  Executor ioThreadFor(Session session) {
    Executor own = ContainerSession.ioThread(session);
    return own != null
        ? own
        : ioThreads.get(Math.floorMod(turn.getAndIncrement(), ioThreads.size()));
  }

  ReadyTexts readyTexts() {
    return readyTexts;
  }

  /** Runs what may wait for a peer. */
  Executor blocking() {
    return blocking;
  }

  /** Runs a task later, if the runtime still is; the task does not block. */
  @Nullable ScheduledFuture<?> after(Duration delay, Runnable task) {
    try {
      return timer.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      log.debug("the transport has ended, and what it waited for with it");
      return null;
    }
  }

  /** Cuts a connection when its peer had time to take a close frame and to answer it. */
  void abortLater(JakartaConnection connection) {
    leaving.add(connection);
    after(
        JakartaConnection.CLOSE_GRACE,
        () -> {
          leaving.remove(connection);
          connection.abort();
        });
  }

  boolean accepting() {
    return accepting;
  }

  void add(JakartaConnection connection) {
    connections.add(connection);
  }

  void remove(JakartaConnection connection) {
    connections.remove(connection);
    if (!accepting && connections.isEmpty()) {
      empty.countDown();
    }
  }

  void stopAccepting() {
    accepting = false;
  }

  /** Closes what is open, and waits until it is closed, for {@link #ENDING} at most. */
  void closeAll() {
    stopAccepting();
    if (connections.isEmpty()) {
      return;
    }
    CloseCode code = CloseCode.GOING_AWAY;
    connections.forEach(connection -> connection.close(code.code(), code.reason()));
    try {
      if (!empty.await(ENDING.toNanos(), TimeUnit.NANOSECONDS)) {
        log.debug("{} clients did not say goodbye", connections.size());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Cuts what is still open and ends the threads. */
  void stop() {
    accepting = false;
    connections.forEach(JakartaConnection::abort);
    ioThreads.forEach(ExecutorService::shutdown);
    blocking.shutdown();
    timer.shutdownNow();
    // Those that just left have their time to answer, without a thread of ours.
    CompletableFuture.delayedExecutor(
            JakartaConnection.CLOSE_GRACE.toMillis(), TimeUnit.MILLISECONDS)
        .execute(() -> leaving.forEach(JakartaConnection::abort));
    long deadline = System.nanoTime() + ENDING.toNanos();
    for (ThreadPoolExecutor ioThread : ioThreads) {
      awaitEnd(ioThread, deadline);
    }
  }

  private static void awaitEnd(ExecutorService threads, long deadline) {
    try {
      if (!threads.awaitTermination(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
        log.warn("an I/O thread is still busy; it ends when its container lets it go");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static ThreadPoolExecutor pool(int size, ThreadFactory threads) {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            size, size, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), threads);
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  private static ThreadFactory daemons(String prefix) {
    AtomicInteger number = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(task, prefix + number.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }
}
