package io.greenlang.metrics.websocket.internal.jakarta;

import io.greenlang.metrics.internal.util.NamedThreads;
import io.greenlang.metrics.websocket.internal.jakarta.sse.ServletEventStream;
import io.greenlang.metrics.websocket.internal.jakarta.utf8.Utf8TextSenders;
import io.greenlang.metrics.websocket.transport.CloseCode;
import io.greenlang.metrics.websocket.transport.TransportContext;
import jakarta.websocket.Session;
import java.time.Duration;
import java.util.List;
import java.util.Set;
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
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads and open connections of a transport between its start and its stop. Thread-safe.
 *
 * <p>We use our own I/O threads because the container's are not usable: no session belongs to one
 * of them, and none of them may wait for another thread. There are as many I/O threads as
 * processors, whatever the number of clients, and each serves its clients one after the other, as
 * in Netty. Only Undertow has such threads itself, and there a session runs on Undertow's thread.
 */
final class JakartaRuntime {

  private static final Logger log = LoggerFactory.getLogger(JakartaRuntime.class);

  /**
   * The number of threads that close sessions. Closing blocks on Tomcat, for 50 ms if the peer does
   * not read. With 16 threads, 5,000 such peers are closed in 16 s.
   */
  private static final int BLOCKING_THREADS = 16;

  private static final long IDLE_SECONDS = 10;
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(2);

  private final TransportContext context;
  private final List<ThreadPoolExecutor> ioThreads;
  private final ThreadPoolExecutor blockingExecutor;
  private final ScheduledThreadPoolExecutor timer;
  private final Utf8TextSenders textSenders = new Utf8TextSenders();
  private final AtomicInteger nextIoThread = new AtomicInteger();
  private final Set<JakartaConnection> connections = ConcurrentHashMap.newKeySet();
  private final Set<ServletEventStream> streams = ConcurrentHashMap.newKeySet();
  private final Set<JakartaConnection> closing = ConcurrentHashMap.newKeySet();

  /** Opens when no more clients are accepted and the last one has disconnected. */
  private final CountDownLatch empty = new CountDownLatch(1);

  private volatile boolean accepting = true;

  JakartaRuntime(TransportContext context) {
    this.context = context;
    ThreadFactory io = NamedThreads.numbered("greenlang-jakarta-io-");
    this.ioThreads =
        Stream.generate(() -> pool(1, io))
            .limit(Runtime.getRuntime().availableProcessors())
            .toList();
    this.blockingExecutor =
        pool(BLOCKING_THREADS, NamedThreads.numbered("greenlang-jakarta-close-"));
    this.timer =
        new ScheduledThreadPoolExecutor(1, NamedThreads.numbered("greenlang-jakarta-timer-"));
    this.timer.setRemoveOnCancelPolicy(true);
  }

  TransportContext context() {
    return context;
  }

  /** Returns the I/O thread for a new session: Undertow's own, otherwise the next of ours. */
  Executor ioThreadFor(Session session) {
    Executor containerThread = SessionExtensions.ioThread(session);
    return containerThread != null ? containerThread : nextIoThread();
  }

  /** Returns the I/O thread for a new client, one after the other. */
  Executor nextIoThread() {
    return ioThreads.get(Math.floorMod(nextIoThread.getAndIncrement(), ioThreads.size()));
  }

  Utf8TextSenders textSenders() {
    return textSenders;
  }

  /** Returns the executor for tasks that may wait for a peer. */
  Executor blockingExecutor() {
    return blockingExecutor;
  }

  /** Schedules a task, unless this runtime has stopped; the task must not block. */
  @Nullable ScheduledFuture<?> schedule(Duration delay, Runnable task) {
    try {
      return timer.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      log.debug("Transport has stopped; its timers are cancelled");
      return null;
    }
  }

  /**
   * Aborts a connection after the time that the peer has to receive a close frame and answer it.
   */
  void scheduleAbort(JakartaConnection connection) {
    closing.add(connection);
    schedule(
        JakartaConnection.CLOSE_GRACE,
        () -> {
          closing.remove(connection);
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

  void add(ServletEventStream stream) {
    streams.add(stream);
  }

  void remove(ServletEventStream stream) {
    streams.remove(stream);
  }

  void stopAccepting() {
    accepting = false;
  }

  /** Closes all connections, and waits at most {@link #STOP_TIMEOUT} until they are closed. */
  void closeAll() {
    stopAccepting();
    streams.forEach(ServletEventStream::abort);
    if (connections.isEmpty()) {
      return;
    }
    CloseCode code = CloseCode.GOING_AWAY;
    connections.forEach(connection -> connection.close(code.code(), code.reason()));
    try {
      if (!empty.await(STOP_TIMEOUT.toNanos(), TimeUnit.NANOSECONDS)) {
        log.debug("{} clients did not answer the close frame", connections.size());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Aborts the remaining connections and stops the threads. No thread outlives this runtime. */
  void stop() {
    accepting = false;
    connections.forEach(JakartaConnection::abort);
    streams.forEach(ServletEventStream::abort);
    timer.shutdownNow();
    awaitClosing();
    closing.forEach(JakartaConnection::abort);
    ioThreads.forEach(ExecutorService::shutdown);
    blockingExecutor.shutdown();
    long deadline = System.nanoTime() + STOP_TIMEOUT.toNanos();
    for (ThreadPoolExecutor ioThread : ioThreads) {
      awaitTermination(ioThread, deadline);
    }
  }

  /** Waits briefly for the peers that were just closed and have not answered yet. */
  private void awaitClosing() {
    long deadline = System.nanoTime() + STOP_TIMEOUT.toNanos();
    while (closing.stream().anyMatch(JakartaConnection::isSessionOpen)
        && System.nanoTime() < deadline
        && !Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
  }

  private static void awaitTermination(ExecutorService executor, long deadline) {
    try {
      if (!executor.awaitTermination(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
        log.warn("I/O thread did not stop within 2 s; it stops when the container returns");
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
}
