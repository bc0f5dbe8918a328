package io.greenlang.metrics.netty.internal.io;

import io.greenlang.metrics.netty.internal.socket.CopyBuffer;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.RejectedExecutionHandlers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The running I/O threads of a transport, one per processor, and the method that they use.
 *
 * @param group the threads, which the owner shuts down
 * @param method the method that the threads use
 * @param description the method for the log, with the reason for it if it is not the usual one
 */
public record IoThreads(MultiThreadIoEventLoopGroup group, IoMethod method, String description) {

  /** The value of {@code WS_IO} that selects epoll, or NIO where epoll does not work. */
  public static final String AUTO = "auto";

  /** How long a thread may take to start, and a test connection to receive its reply. */
  static final int START_SECONDS = 5;

  /**
   * The time after which a ring's thread interrupts its tasks to submit the writes among them.
   * Netty's default, a second, would delay the metrics of all clients when many others connect.
   */
  private static final long TASKS_MILLIS = 5;

  /** A method that does not work on this machine. The message has the reason. */
  private static final class UnavailableException extends Exception {

    private static final long serialVersionUID = 1;

    UnavailableException(String reason) {
      super(reason, null, false, false);
    }
  }

  /**
   * Starts the threads.
   *
   * @param setting the value of {@code WS_IO}: {@value #AUTO}, or the setting of a method
   * @throws IOException if the setting names a method that does not work here; the message says why
   */
  public static IoThreads start(String setting) throws IOException {
    List<String> failures = new ArrayList<>();
    for (IoMethod method : IoMethod.values()) {
      boolean isAutomatic = setting.equals(AUTO) && method != IoMethod.IO_URING;
      if (isAutomatic || setting.equals(method.setting())) {
        try {
          return start(method, method.label() + explanation(setting, failures));
        } catch (UnavailableException e) {
          failures.add(method.label() + " is unavailable: " + e.getMessage());
        }
      }
    }
    throw new IOException(
        "WS_IO=" + setting + ", but " + String.join("; ", failures) + "; set WS_IO to auto");
  }

  private static String explanation(String setting, List<String> failures) {
    if (!setting.equals(AUTO)) {
      return ", because WS_IO=" + setting;
    }
    return failures.isEmpty()
        ? ""
        : failures.stream().collect(Collectors.joining("; ", ", because ", ""));
  }

  private static IoThreads start(IoMethod method, String description) throws UnavailableException {
    String unavailability = unavailability(method);
    if (unavailability != null) {
      throw new UnavailableException(unavailability);
    }
    IoThreads threads;
    try {
      threads = new IoThreads(newGroup(method), method, description);
    } catch (RuntimeException e) {
      throw new UnavailableException(IoMethod.reason(e));
    }
    try {
      threads.prepare();
      return threads;
    } catch (IOException | RuntimeException | LinkageError e) {
      threads
          .group
          .shutdownGracefully(0, START_SECONDS, TimeUnit.SECONDS)
          .awaitUninterruptibly(START_SECONDS, TimeUnit.SECONDS);
      throw new UnavailableException(IoMethod.reason(e));
    }
  }

  private static @Nullable String unavailability(IoMethod method) {
    try {
      return method.unavailability();
    } catch (LinkageError e) { // another version of one of Netty's jars
      return e.toString();
    }
  }

  private static MultiThreadIoEventLoopGroup newGroup(IoMethod method) {
    int threads = Runtime.getRuntime().availableProcessors();
    DefaultThreadFactory factory = new DefaultThreadFactory("greenlang-io");
    return method == IoMethod.IO_URING
        ? new RingThreads(threads, factory, method.newFactory())
        : new MultiThreadIoEventLoopGroup(threads, factory, method.newFactory());
  }

  /** Threads that submit operations often, even if they always have tasks. */
  private static final class RingThreads extends MultiThreadIoEventLoopGroup {

    RingThreads(int threads, ThreadFactory threadFactory, IoHandlerFactory ioFactory) {
      super(threads, threadFactory, ioFactory);
    }

    @Override
    protected IoEventLoop newChild(
        Executor executor, IoHandlerFactory ioFactory, Object... arguments) {
      return new SingleThreadIoEventLoop(
          this,
          executor,
          ioFactory,
          Integer.MAX_VALUE,
          RejectedExecutionHandlers.reject(),
          TASKS_MILLIS);
    }
  }

  /**
   * Starts each thread and allocates its memory. Netty would start a thread with its first
   * connection, which fails if the system refuses threads by then, or direct memory.
   */
  private void prepare() throws IOException {
    List<Future<?>> started = new ArrayList<>();
    for (EventExecutor loop : group) {
      started.add(loop.submit(() -> prepare((IoEventLoop) loop)));
    }
    if (method == IoMethod.IO_URING) {
      for (Future<?> start : started) {
        await(start);
      }
      RingProbe.verify(group);
    }
  }

  private void prepare(IoEventLoop loop) {
    CopyBuffer.ofThread();
    if (method == IoMethod.IO_URING) {
      RingSender.register(loop);
    }
  }

  private static void await(Future<?> start) throws IOException {
    if (!start.awaitUninterruptibly(START_SECONDS, TimeUnit.SECONDS)) {
      throw new IOException("an I/O thread did not start within " + START_SECONDS + " s");
    }
    if (!start.isSuccess()) {
      throw new IOException(IoMethod.reason(start.cause()), start.cause());
    }
  }
}
