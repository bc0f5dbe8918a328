package io.greenlang.metrics.benchmarks.delivery;

import io.greenlang.metrics.testkit.tls.ClientContexts;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Subscribers, with TLS or without, that read and discard. They do not decrypt, because that would
 * take processor time from the server. One thread reads.
 */
public final class DiscardingClients implements AutoCloseable {

  private static final int BUFFER_BYTES = 1 << 16;
  private static final long SELECT_MILLIS = 20;

  private final int port;
  private final @Nullable SSLSocketFactory tls;
  private final Selector selector = Selector.open();
  private final List<SocketChannel> channels = new ArrayList<>();
  private final Thread reader = new Thread(this::readAll, "bench-reader");
  private volatile boolean polling;
  private volatile boolean closing;

  /** Connects the subscribers and begins to read. */
  public DiscardingClients(int port, boolean encrypted, int count, ClientRequest request)
      throws IOException {
    this.port = port;
    this.tls = encrypted ? ClientContexts.trustingAll().getSocketFactory() : null;
    for (int i = 0; i < count; i++) {
      connect(request);
    }
    reader.setDaemon(true);
    reader.start();
  }

  private void connect(ClientRequest request) throws IOException {
    SocketChannel channel =
        SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    channels.add(channel);
    channel.socket().setTcpNoDelay(true);
    Socket socket =
        tls == null
            ? channel.socket()
            : tls.createSocket(channel.socket(), "127.0.0.1", port, false);
    OutputStream output = socket.getOutputStream();
    request.writeHead(output);
    readHead(socket.getInputStream(), request.status());
    request.writeCommand(output);
    channel.configureBlocking(false);
    channel.register(selector, SelectionKey.OP_READ);
  }

  /** Reads the head of the response. */
  private static void readHead(InputStream input, String status) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = input.read();
      if (next < 0) {
        throw new IOException("the response ended: " + head);
      }
      head.append((char) next);
    }
    if (head.indexOf("HTTP/1.1 " + status) != 0) {
      throw new IOException("the server answered: " + head);
    }
  }

  /** Makes the reader poll: it never waits from now on, and occupies a processor. */
  void poll() {
    polling = true;
  }

  /**
   * Verifies that all subscribers are still connected.
   *
   * @throws IllegalStateException if one was disconnected, which ended the reading
   */
  public void requireConnected() {
    if (!reader.isAlive()) {
      throw new IllegalStateException("the server closed a connection");
    }
  }

  private void readAll() {
    ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    try {
      while (!closing) {
        select(buffer);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void select(ByteBuffer buffer) throws IOException {
    if (polling) {
      selector.selectNow(key -> read(key, buffer));
    } else {
      selector.select(key -> read(key, buffer), SELECT_MILLIS);
    }
  }

  private static void read(SelectionKey key, ByteBuffer buffer) {
    try {
      if (((SocketChannel) key.channel()).read(buffer.clear()) < 0) {
        throw new IOException("the server closed a connection");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    closing = true;
    try {
      reader.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    selector.close();
    for (SocketChannel channel : channels) {
      channel.close();
    }
  }
}
