package io.greenlang.metrics.websocket.internal.jakarta.sse;

import io.greenlang.metrics.frame.SharedFrames;
import io.greenlang.metrics.websocket.http.HttpReply;
import io.greenlang.metrics.websocket.transport.ConnectionListener;
import io.greenlang.metrics.websocket.transport.EventParts;
import io.greenlang.metrics.websocket.transport.EventStream;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The response to a request for server-sent events in a servlet container, with non-blocking
 * writes. A container takes arrays only, and may read one until it is ready again, so each write is
 * a copy. At most one write is in progress, and the next waits in the feed.
 *
 * <p>A container calls its listeners on its own threads. They only schedule work: everything else
 * happens on the I/O thread and needs no lock, except the calls to the container. After its
 * listeners have heard of the end of a request, a container may use the same objects for another
 * request of the connection, and a late call would end that one.
 */
public final class ServletEventStream implements EventStream {

  private static final Logger log = LoggerFactory.getLogger(ServletEventStream.class);

  private final AsyncContext async;
  private final HttpServletResponse response;
  private final ServletOutputStream output;
  private final String peer;
  private final Executor ioThread;
  private final Consumer<ServletEventStream> onEnd;
  private final Queue<byte[]> queue = new ArrayDeque<>(4);
  private final ReentrantLock requestLock = new ReentrantLock();

  /** Whether the request has ended, so that its objects belong to the container. Under the lock. */
  private boolean released;

  private @Nullable ConnectionListener listener;

  /** Whether the container accepts a write or a flush. */
  private boolean ready;

  private boolean flushPending;
  private long unsentBytes;
  private boolean ending;
  private boolean ended;

  /**
   * Creates a stream on a request whose asynchronous processing has begun. Called on the
   * container's thread.
   *
   * @param onEnd receives this stream once, on the I/O thread, when the request has ended
   * @throws IOException if the client has disconnected
   */
  public ServletEventStream(
      AsyncContext async, String peer, Executor ioThread, Consumer<ServletEventStream> onEnd)
      throws IOException {
    this.async = async;
    this.response = (HttpServletResponse) async.getResponse();
    this.output = response.getOutputStream();
    this.peer = peer;
    this.ioThread = ioThread;
    this.onEnd = onEnd;
  }

  /**
   * Opens the stream. Called on the container's thread, as the last use of the request there.
   *
   * @param opener opens the session of this stream on the I/O thread
   */
  public void open(Function<EventStream, ConnectionListener> opener) {
    async.addListener(new EndListener());
    onIoThread(() -> listener = opener.apply(this));
    output.setWriteListener(new ReadyListener());
  }

  @Override
  public String peer() {
    return peer;
  }

  @Override
  public Executor ioThread() {
    return ioThread;
  }

  @Override
  public boolean isWritable() {
    return ready && queue.isEmpty() && !ending && !ended;
  }

  @Override
  public long unsentBytes() {
    return unsentBytes;
  }

  @Override
  public void reply(HttpReply reply) {
    inRequest(
        () -> {
          response.setStatus(reply.status());
          reply.headers().forEach(response::setHeader);
          response.setContentLength(reply.body().length);
        });
    add(reply.body());
    end();
  }

  @Override
  public void start(Map<String, String> headers) {
    inRequest(
        () -> {
          response.setStatus(HttpServletResponse.SC_OK);
          headers.forEach(response::setHeader);
        });
  }

  /** Runs calls to the container, unless the request has ended. */
  private void inRequest(Runnable calls) {
    requestLock.lock();
    try {
      if (!released) {
        calls.run();
      }
    } finally {
      requestLock.unlock();
    }
  }

  @Override
  public void write(SharedFrames frames, EventParts parts) {
    try {
      if (!ending && !ended) {
        byte[] copy = new byte[parts.bytes()];
        parts.copyTo(ByteBuffer.wrap(copy), frames.bytes());
        add(copy);
        pump();
      }
    } finally {
      frames.release();
    }
  }

  private void add(byte[] bytes) {
    queue.add(bytes);
    unsentBytes += bytes.length;
  }

  @Override
  public void flush() {
    pump();
  }

  @Override
  public void end() {
    ending = true;
    pump();
  }

  /** Ends the request, whatever is unsent. Thread-safe. */
  public void abort() {
    onIoThread(this::complete);
  }

  /** Hands over as much as the container accepts now. */
  private void pump() {
    inRequest(this::handOverAll);
  }

  private void handOverAll() {
    try {
      while (ready && !ended && handOver()) {
        ready = output.isReady();
      }
    } catch (IOException | RuntimeException e) {
      log.debug("Failed to send to {}; closing the connection", peer, e);
      complete();
    }
  }

  /** Starts the next write or flush; returns false if there is nothing to do. */
  private boolean handOver() throws IOException {
    byte[] next = queue.poll();
    if (next != null) {
      flushPending = true;
      output.write(next);
      return true;
    }
    unsentBytes = 0; // the container is ready, so it holds nothing that the socket refused
    if (flushPending) {
      flushPending = false;
      output.flush();
      return true;
    }
    if (ending) {
      complete();
    }
    return false;
  }

  private void onReady() {
    ready = true;
    pump();
    ConnectionListener current = listener;
    if (current != null && isWritable()) {
      current.onWritable();
    }
  }

  private void complete() {
    if (ended) {
      return;
    }
    onEnded();
    completeRequest();
  }

  /** Ends the request after an error, on the container's thread. */
  private void endInContainer() {
    completeRequest();
    onIoThread(this::onEnded);
  }

  private void completeRequest() {
    inRequest(
        () -> {
          released = true;
          try {
            async.complete();
          } catch (IllegalStateException e) {
            log.debug("The container has already ended the request of {}", peer);
          }
        });
  }

  /** Gives the request back to the container, which has ended it. */
  private void release() {
    inRequest(() -> released = true);
    onIoThread(this::onEnded);
  }

  private void onEnded() {
    if (ended) {
      return;
    }
    ended = true;
    queue.clear();
    unsentBytes = 0;
    onEnd.accept(this);
    ConnectionListener current = listener;
    listener = null;
    if (current != null) {
      current.onClosed();
    }
  }

  private void onIoThread(Runnable task) {
    try {
      ioThread.execute(() -> run(task));
    } catch (RejectedExecutionException e) {
      log.debug("I/O thread has ended; its streams end");
    }
  }

  private void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error e) {
      log.error("Stream of {} failed; closing it", peer, e);
      complete();
    }
  }

  /** The container's notice that it accepts a write. */
  private final class ReadyListener implements WriteListener {

    @Override
    public void onWritePossible() {
      onIoThread(ServletEventStream.this::onReady);
    }

    @Override
    public void onError(Throwable cause) {
      log.debug("Lost the connection to {}", peer, cause);
      endInContainer();
    }
  }

  /** The container's notice that the request has ended. */
  private final class EndListener implements AsyncListener {

    @Override
    public void onComplete(AsyncEvent event) {
      release();
    }

    @Override
    public void onTimeout(AsyncEvent event) {
      endInContainer();
    }

    @Override
    public void onError(AsyncEvent event) {
      endInContainer();
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
      log.debug("Asynchronous processing began again for {}", peer);
    }
  }
}
