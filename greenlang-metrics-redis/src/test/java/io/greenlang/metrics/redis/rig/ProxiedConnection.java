package io.greenlang.metrics.redis.rig;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Consumer;

/**
 * The connection of a client to the proxy, and of the proxy to the server. Each direction has a
 * reader thread and a writer thread, so that a delay does not reduce the throughput.
 */
final class ProxiedConnection {

  private static final int CHUNK_BYTES = 16 * 1024;

  /**
   * The number of chunks a sender can send while a link is held, beside the buffers of the kernel.
   */
  private static final int MAX_CHUNKS_IN_FLIGHT = 64;

  private final Socket client;
  private final Socket server;
  private final Consumer<ProxiedConnection> onClose;
  private final List<Thread> threads = new ArrayList<>();

  ProxiedConnection(Socket client, Socket server, Consumer<ProxiedConnection> onClose)
      throws IOException {
    this.client = client;
    this.server = server;
    this.onClose = onClose;
    client.setTcpNoDelay(true);
    server.setTcpNoDelay(true);
  }

  synchronized void start(Link toServer, Link toClient) {
    pipe(client, server, toServer);
    pipe(server, client, toClient);
  }

  /** Resets both. Idempotent. */
  synchronized void cut() {
    reset(client);
    reset(server);
    threads.forEach(Thread::interrupt);
    onClose.accept(this);
  }

  static void reset(Socket socket) {
    try {
      if (!socket.isClosed()) {
        socket.setSoLinger(true, 0);
        socket.close();
      }
    } catch (IOException e) {
      if (!socket.isClosed()) { // otherwise the writer thread was faster
        throw new UncheckedIOException(e);
      }
    }
  }

  static Thread thread(String name, Runnable action) {
    Thread thread = new Thread(action, "fault-proxy-" + name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private void pipe(Socket source, Socket target, Link link) {
    BlockingQueue<Chunk> inFlight = new ArrayBlockingQueue<>(MAX_CHUNKS_IN_FLIGHT);
    threads.add(thread("read", () -> read(source, link, inFlight)));
    threads.add(thread("write", () -> write(target, link, inFlight)));
  }

  private void read(Socket source, Link link, BlockingQueue<Chunk> inFlight) {
    byte[] buffer = new byte[CHUNK_BYTES];
    try {
      int count = readSome(source, buffer);
      while (count > 0) {
        inFlight.put(new Chunk(ByteBuffer.wrap(Arrays.copyOf(buffer, count)), link.due()));
        count = readSome(source, buffer);
      }
      inFlight.put(new Chunk(ByteBuffer.allocate(0), link.due()));
    } catch (InterruptedException e) {
      cut(); // cutting interrupts this thread
    }
  }

  /** Reads some bytes. A connection that was reset ends like one that was closed. */
  private static int readSome(Socket source, byte[] buffer) {
    try {
      return source.getInputStream().read(buffer);
    } catch (IOException e) {
      return -1;
    }
  }

  private void write(Socket target, Link link, BlockingQueue<Chunk> inFlight) {
    try {
      Chunk chunk = inFlight.take();
      while (chunk.bytes().hasRemaining()) {
        link.await(chunk.due());
        target.getOutputStream().write(chunk.bytes().array());
        chunk = inFlight.take();
      }
      link.await(chunk.due());
      target.close();
    } catch (InterruptedException | IOException e) {
      // it was cut, here or by the peer: the cleanup is the same
    }
    cut();
  }

  /** Bytes, and when they may be forwarded; an empty chunk marks the end. */
  private record Chunk(ByteBuffer bytes, long due) {}
}
