package io.greenlang.metrics.redis.rig;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A network between a client and a server on loopback that can fail. Thread-safe. Changes also
 * affect open connections.
 */
public final class FaultProxy implements AutoCloseable {

  private final int target;
  private final int port;
  private final Set<ProxiedConnection> connections = ConcurrentHashMap.newKeySet();
  private volatile Link toServer = new Link();
  private volatile Link toClient = new Link();
  private @Nullable ServerSocket listening;
  private @Nullable Thread accepting;
  private volatile boolean closed;

  private FaultProxy(int target, ServerSocket listening) {
    this.target = target;
    this.port = listening.getLocalPort();
    this.listening = listening;
  }

  /** Starts a proxy in front of a port of 127.0.0.1 that forwards everything. */
  public static FaultProxy to(int port) {
    ServerSocket socket = listen(0);
    FaultProxy proxy = new FaultProxy(port, socket);
    proxy.accept(socket);
    return proxy;
  }

  /** Returns the port on 127.0.0.1 that clients connect to. */
  public int port() {
    return port;
  }

  /** Returns {@code redis://127.0.0.1:} and the port. */
  public String url() {
    return "redis://127.0.0.1:" + port;
  }

  /** Returns the number of open connections. */
  public int connections() {
    return connections.size();
  }

  /** Ends all faults: accepts connections and forwards at once, including the bytes held back. */
  public void restore() {
    toServer.open(Duration.ZERO);
    toClient.open(Duration.ZERO);
    synchronized (this) {
      if (listening == null) {
        ServerSocket socket = listen(port);
        listening = socket;
        accept(socket);
      }
    }
  }

  /** Calls {@link #blackholeToServer} and {@link #blackholeToClient}. */
  public void blackhole() {
    blackholeToServer();
    blackholeToClient();
  }

  /**
   * Holds back all bytes to the server. Its connections stay open, and more are accepted: a network
   * failure that neither side notices. As in TCP, the bytes arrive when it {@link #restore is
   * restored} , or never, after {@link #resetConnections}.
   */
  public void blackholeToServer() {
    toServer.hold();
  }

  /** Holds back all bytes to the client; otherwise like {@link #blackholeToServer}. */
  public void blackholeToClient() {
    toClient.hold();
  }

  /**
   * Holds back all bytes of the currently open connections forever, though they stay open; later
   * connections work. An intermediate machine that was replaced has this effect.
   */
  public void stallOpenConnections() {
    blackhole();
    toServer = new Link();
    toClient = new Link();
  }

  /** Delays the bytes that arrive from now on, in each direction. */
  public void delay(Duration delay) {
    toServer.open(delay);
    toClient.open(delay);
  }

  /**
   * Forwards at most 16 KiB to the clients in this time, from now on: a network that is slow, and
   * not silent.
   */
  public void paceToClient(Duration pace) {
    toClient.pace(pace);
  }

  /** Resets every connection. */
  public void resetConnections() {
    connections.forEach(ProxiedConnection::cut);
  }

  /** Refuses connections until it {@link #restore is restored}. Open connections stay. */
  public synchronized void refuse() {
    ServerSocket socket = listening;
    if (socket != null) {
      listening = null;
      closeListening(socket);
      // The kernel listens until its call to accept has returned.
      join(Objects.requireNonNull(accepting));
    }
  }

  @Override
  public void close() {
    closed = true;
    refuse();
    resetConnections();
  }

  private static ServerSocket listen(int port) {
    try {
      ServerSocket socket = new ServerSocket();
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1024);
      return socket;
    } catch (IOException e) {
      throw new UncheckedIOException("Failed to listen on port " + port, e);
    }
  }

  private static void closeListening(ServerSocket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the test has ended
    }
  }

  private synchronized void accept(ServerSocket socket) {
    accepting = ProxiedConnection.thread("accept", () -> acceptAll(socket));
  }

  private void acceptAll(ServerSocket socket) {
    while (!socket.isClosed()) {
      Socket client;
      try {
        client = socket.accept();
      } catch (IOException e) {
        if (socket.isClosed()) {
          return;
        }
        throw new UncheckedIOException("Failed to accept a connection", e);
      }
      connect(client);
    }
  }

  /** Connects to the server. If it refuses, the client's connection is reset at once. */
  private void connect(Socket client) {
    ProxiedConnection connection;
    try {
      Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
      connection = new ProxiedConnection(client, server, connections::remove);
    } catch (IOException e) {
      ProxiedConnection.reset(client);
      return;
    }
    connections.add(connection);
    connection.start(toServer, toClient);
    if (closed) {
      connection.cut();
    }
  }
}
