package io.greenlang.metrics.websocket.internal.delivery;

import io.greenlang.metrics.frame.FrameSink;
import io.greenlang.metrics.frame.SharedFrames;
import io.greenlang.metrics.internal.catchup.FeedReader;
import io.greenlang.metrics.internal.util.ThrottledLog;
import io.greenlang.metrics.websocket.internal.ratelimit.FrameRateLimiter;
import io.greenlang.metrics.websocket.transport.CloseCode;
import io.greenlang.metrics.websocket.transport.Connection;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection of one session, together with its frame limit, counters and threads. All feeds of
 * the session share it.
 *
 * <p>Writes and the limit are confined to the I/O thread; the other methods are thread-safe.
 */
final class FrameOutput {

  private static final Logger log = LoggerFactory.getLogger(FrameOutput.class);
  private static final ThrottledLog failureLog = new ThrottledLog(log);

  private final Connection connection;
  private final Executor workers;
  private final ServerCounters counters;
  private final FrameRateLimiter limiter;
  private final Runnable onLimited;
  private final FrameSink metricSink = this::writeMetrics;

  FrameOutput(
      Connection connection,
      Executor workers,
      ServerCounters counters,
      FrameRateLimiter limiter,
      Runnable onLimited) {
    this.connection = connection;
    this.workers = workers;
    this.counters = counters;
    this.limiter = limiter;
    this.onLimited = onLimited;
  }

  String peer() {
    return connection.peer();
  }

  boolean isWritable() {
    return connection.isWritable();
  }

  void flush() {
    connection.flush();
  }

  /** Writes frames that the limit does not count, or that are already reserved. */
  void write(SharedFrames frames, int from, int to, int count) {
    counters.countFrames(count, to - from);
    connection.write(frames, from, to, count);
  }

  /** Returns the sink that counts each frame against the limit. */
  FrameSink metricSink() {
    return metricSink;
  }

  private void writeMetrics(SharedFrames frames, int from, int to, int count) {
    limiter.acquire(count);
    write(frames, from, to, count);
  }

  /** Returns the limit on the metric frames that the client receives. */
  FrameRateLimiter limiter() {
    return limiter;
  }

  /** Reports that the limit holds back metrics. */
  void onLimited() {
    onLimited.run();
  }

  /** Closes the connection after an unexpected exception or error. Thread-safe. */
  void fail(Throwable e) {
    try {
      failureLog.error("Failed to deliver to {}; closing the connection", connection.peer(), e);
    } finally {
      connection.close(CloseCode.INTERNAL_ERROR.code(), CloseCode.INTERNAL_ERROR.reason());
    }
  }

  /**
   * Closes a reader on a worker thread. If the server is stopping, or has no memory for the task,
   * this happens on the calling thread; otherwise the reader's feed would leak.
   */
  void close(FeedReader reader) {
    try {
      workers.execute(() -> counters.closeReader(reader));
    } catch (RejectedExecutionException e) {
      counters.closeReader(reader);
    } catch (OutOfMemoryError e) {
      counters.closeReader(reader);
      failureLog.error("Failed to close a subscription on a worker; closed it at once", e);
    }
  }

  /** Runs a task that takes a lock, on a worker thread. */
  void onWorker(Runnable task) {
    try {
      workers.execute(task);
    } catch (RejectedExecutionException e) {
      log.debug("Server is stopping; its sessions end");
    }
  }

  /** Runs a task; returns false if the I/O thread has ended, and its sessions with it. */
  boolean onIoThread(Runnable task) {
    try {
      connection.ioThread().execute(task);
      return true;
    } catch (RejectedExecutionException e) {
      return false;
    }
  }
}
