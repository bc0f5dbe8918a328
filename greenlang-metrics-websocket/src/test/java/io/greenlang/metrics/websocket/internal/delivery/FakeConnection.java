package io.greenlang.metrics.websocket.internal.delivery;

import io.greenlang.metrics.frame.SharedFrames;
import io.greenlang.metrics.websocket.transport.Connection;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;

/** A connection that collects the bytes written, and whose I/O thread is the test's. */
public final class FakeConnection implements Connection {

  private final Queue<Runnable> ioTasks = new ArrayDeque<>();
  private final StringBuilder written = new StringBuilder();
  boolean writable = true;

  /** Whether the test expects that the connection is closed. */
  boolean closeExpected;

  /** The code with which the connection was closed; 0 while it is open. */
  int closeCode;

  int frameCount;

  /** Whether the I/O thread refuses tasks because memory is used up. */
  boolean outOfMemory;

  /** Runs all tasks of the I/O thread. */
  public void runIoTasks() {
    Runnable task;
    while ((task = ioTasks.poll()) != null) {
      task.run();
    }
  }

  /** Returns the bytes written so far. */
  String written() {
    return written.toString();
  }

  @Override
  public String peer() {
    return "peer";
  }

  @Override
  public Executor ioThread() {
    return task -> {
      if (outOfMemory) {
        throw new OutOfMemoryError("test");
      }
      ioTasks.add(task);
    };
  }

  @Override
  public boolean isWritable() {
    return writable;
  }

  @Override
  public void write(SharedFrames frames, int from, int to, int count) {
    byte[] bytes = new byte[to - from];
    frames.bytes().get(from, bytes);
    frames.release();
    written.append(new String(bytes, StandardCharsets.ISO_8859_1));
    frameCount += count;
  }

  @Override
  public void flush() {}

  @Override
  public long unsentBytes() {
    return 0;
  }

  @Override
  public void close(int code, String reason) {
    if (!closeExpected) {
      throw new AssertionError("closed with " + code);
    }
    closeCode = code;
  }
}
