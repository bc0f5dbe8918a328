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
 * A client's connection to a proxy, and the proxy's to the server. Each direction has a thread that
 * reads and one that writes, so that a delay delays and does not slow down.
 */
final class ProxiedConnection {

  private static final int CHUNK_BYTES = 16 * 1024;

  /** As long as a link is held, a sender gets rid of that much and what the kernel takes. */
  private static final int CHUNKS_UNDER_WAY = 64;

  private final Socket client;
  private final Socket server;
  private final Consumer<ProxiedConnection> ended;
  private final List<Thread> threads = new ArrayList<>();

  ProxiedConnection(Socket client, Socket server, Consumer<ProxiedConnection> ended)
      throws IOException {
    this.client = client;
    this.server = server;
    this.ended = ended;
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
    ended.accept(this);
  }

  static void reset(Socket socket) {
    try {
      if (!socket.isClosed()) {
        socket.setSoLinger(true, 0);
        socket.close();
      }
    } catch (IOException e) {
      if (!socket.isClosed()) { // else the thread that writes was faster
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

  private void pipe(Socket from, Socket to, Link link) {
    BlockingQueue<Chunk> underWay = new ArrayBlockingQueue<>(CHUNKS_UNDER_WAY);
    threads.add(thread("read", () -> read(from, link, underWay)));
    threads.add(thread("write", () -> write(to, link, underWay)));
  }

  private void read(Socket from, Link link, BlockingQueue<Chunk> underWay) {
    byte[] buffer = new byte[CHUNK_BYTES];
    try {
      int count = readSome(from, buffer);
      while (count > 0) {
        underWay.put(new Chunk(ByteBuffer.wrap(Arrays.copyOf(buffer, count)), link.due()));
        count = readSome(from, buffer);
      }
      underWay.put(new Chunk(ByteBuffer.allocate(0), link.due()));
    } catch (InterruptedException e) {
      cut(); // it was cut, which interrupts
    }
  }

  /** A connection that was reset ends like one that was closed. */
  private static int readSome(Socket from, byte[] buffer) {
    try {
      return from.getInputStream().read(buffer);
    } catch (IOException e) {
      return -1;
    }
  }

  private void write(Socket to, Link link, BlockingQueue<Chunk> underWay) {
    try {
      Chunk chunk = underWay.take();
      while (chunk.bytes().hasRemaining()) {
        link.await(chunk.due());
        to.getOutputStream().write(chunk.bytes().array());
        chunk = underWay.take();
      }
      link.await(chunk.due());
      to.close();
    } catch (InterruptedException | IOException e) {
      // it was cut, here or by the peer: what follows is the same
    }
    cut();
  }

  /** Bytes, and when they may go on; none stand for the end. */
  private record Chunk(ByteBuffer bytes, long due) {}
}
