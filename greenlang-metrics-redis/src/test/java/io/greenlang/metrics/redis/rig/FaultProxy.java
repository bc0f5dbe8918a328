package io.greenlang.metrics.redis.rig;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A network between a client and a server on loopback, that can fail. Any thread may change it;
 * what is changed holds for connections that are open, too.
 */
public final class FaultProxy implements AutoCloseable {

  private final int target;
  private final int port;
  private final Set<ProxiedConnection> connections = ConcurrentHashMap.newKeySet();
  private volatile Link toServer = new Link();
  private volatile Link toClient = new Link();
  private @Nullable ServerSocket listening;
  private volatile boolean closed;

  private FaultProxy(int target, ServerSocket listening) {
    this.target = target;
    this.port = listening.getLocalPort();
    this.listening = listening;
  }

  /** Starts one in front of a port of 127.0.0.1 that passes everything on. */
  public static FaultProxy to(int port) {
    ServerSocket socket = listen(0);
    FaultProxy proxy = new FaultProxy(port, socket);
    proxy.accept(socket);
    return proxy;
  }

  /** Where clients connect to, on 127.0.0.1. */
  public int port() {
    return port;
  }

  /** {@code redis://127.0.0.1:} and the port. */
  public String url() {
    return "redis://127.0.0.1:" + port;
  }

  /** How many connections are open. */
  public int connections() {
    return connections.size();
  }

  /** All is well again: accepts, and passes on at once. What was swallowed is sent now. */
  public void pass() {
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

  /** {@link #swallowToServer} and {@link #swallowToClient}. */
  public void swallow() {
    swallowToServer();
    swallowToClient();
  }

  /**
   * Nothing reaches the server, though its connections stay open, and more are accepted: a link of
   * which neither side hears. As in TCP, what was sent arrives when it {@link #pass passes} again,
   * or never, after {@link #cutAll}.
   */
  public void swallowToServer() {
    toServer.hold();
  }

  /** Nothing reaches the client; else as {@link #swallowToServer}. */
  public void swallowToClient() {
    toClient.hold();
  }

  /**
   * Nothing goes on any more on connections that are open now, ever, though they stay open; those
   * that are made later are sound. It is what a machine in between leaves that was exchanged.
   */
  public void strand() {
    swallow();
    toServer = new Link();
    toClient = new Link();
  }

  /** Passes on, but what arrives from now on is under way for that long, in each direction. */
  public void delay(Duration each) {
    toServer.open(each);
    toClient.open(each);
  }

  /** Resets every connection. */
  public void cutAll() {
    connections.forEach(ProxiedConnection::cut);
  }

  /** Refuses to connect until it {@link #pass passes} again. What is open stays. */
  public synchronized void refuse() {
    ServerSocket socket = listening;
    if (socket != null) {
      listening = null;
      closeListening(socket);
    }
  }

  @Override
  public void close() {
    closed = true;
    refuse();
    cutAll();
  }

  private static ServerSocket listen(int port) {
    try {
      ServerSocket socket = new ServerSocket();
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1024);
      return socket;
    } catch (IOException e) {
      throw new UncheckedIOException("the proxy cannot listen on port " + port, e);
    }
  }

  private static void closeListening(ServerSocket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void accept(ServerSocket from) {
    ProxiedConnection.thread("accept", () -> acceptAll(from));
  }

  private void acceptAll(ServerSocket from) {
    while (!from.isClosed()) {
      Socket client;
      try {
        client = from.accept();
      } catch (IOException e) {
        if (from.isClosed()) {
          return;
        }
        throw new UncheckedIOException("the proxy cannot accept", e);
      }
      connect(client);
    }
  }

  /** A server that refuses is seen by the client as a connection that ends at once. */
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
