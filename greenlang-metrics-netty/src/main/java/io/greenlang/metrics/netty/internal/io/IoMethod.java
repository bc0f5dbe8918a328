package io.greenlang.metrics.netty.internal.io;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringIoHandlerConfig;
import io.netty.channel.uring.IoUringServerSocketChannel;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The ways to read and write sockets. */
public enum IoMethod {
  /** Asynchronous system calls of Linux: many sends need one call. */
  IO_URING("io_uring"),
  /** Readiness of many sockets on Linux: each send is a call. */
  EPOLL("epoll"),
  /** The selectors of the JDK. */
  NIO("NIO");

  /**
   * The number of operations that one call submits at most. They take 256 KiB of kernel memory per
   * I/O thread.
   */
  static final int RING_ENTRIES = 4096;

  /**
   * The number of results that the kernel stores without an overflow, in 256 KiB. Sends use half of
   * them, so that the reads of as many connections fit.
   */
  static final int RING_RESULTS = 16_384;

  private final String label;

  IoMethod(String label) {
    this.label = label;
  }

  /** Returns the name for log messages. */
  public String label() {
    return label;
  }

  /** Returns the value of {@code WS_IO} that selects this method. */
  public String setting() {
    return label.toLowerCase(Locale.ROOT);
  }

  /** Returns the class of the listening socket. */
  public Class<? extends ServerChannel> channelClass() {
    return switch (this) {
      case IO_URING -> IoUringServerSocketChannel.class;
      case EPOLL -> EpollServerSocketChannel.class;
      case NIO -> NioServerSocketChannel.class;
    };
  }

  /** Returns a factory of event loops; only valid if the method is not unavailable. */
  IoHandlerFactory newFactory() {
    return switch (this) {
      case IO_URING ->
          IoUringIoHandler.newFactory(
              new IoUringIoHandlerConfig().setRingSize(RING_ENTRIES).setCqSize(RING_RESULTS));
      case EPOLL -> EpollIoHandler.newFactory();
      case NIO -> NioIoHandler.newFactory();
    };
  }

  /** Returns why Netty cannot use this method here; null if it can, as far as Netty knows. */
  @Nullable String unavailability() {
    return switch (this) {
      case IO_URING -> IoUring.isAvailable() ? null : reason(IoUring.unavailabilityCause());
      case EPOLL -> Epoll.isAvailable() ? null : reason(Epoll.unavailabilityCause());
      case NIO -> null;
    };
  }

  /** Returns the message of the innermost cause, which names the system call or the library. */
  static String reason(@Nullable Throwable failure) {
    Throwable cause = Objects.requireNonNullElseGet(failure, IllegalStateException::new);
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    String message = cause.getMessage();
    return message == null || message.isBlank() ? cause.getClass().getName() : message.strip();
  }
}
