package io.greenlang.metrics.benchmarks.fanout;

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
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Subscribers, with TLS or without, that read and discard. They do not decrypt, because that would
 * take processor time from the server. One thread reads.
 */
final class DiscardingClients implements AutoCloseable {

  private static final int BUFFER_BYTES = 1 << 16;
  private static final long SELECT_MILLIS = 20;

  private final int port;
  private final @Nullable SSLSocketFactory tls;
  private final Selector selector = Selector.open();
  private final List<SocketChannel> channels = new ArrayList<>();
  private final Thread reader = new Thread(this::readAll, "bench-reader");
  private volatile boolean closing;

  /** Connects the subscribers and begins to read. */
  DiscardingClients(int port, boolean encrypted, int count, String subscribe) throws IOException {
    this.port = port;
    this.tls = encrypted ? ClientContexts.trustingAll().getSocketFactory() : null;
    for (int i = 0; i < count; i++) {
      connect(subscribe);
    }
    reader.setDaemon(true);
    reader.start();
  }

  private void connect(String subscribe) throws IOException {
    SocketChannel channel =
        SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    channels.add(channel);
    channel.socket().setTcpNoDelay(true);
    Socket socket =
        tls == null
            ? channel.socket()
            : tls.createSocket(channel.socket(), "127.0.0.1", port, false);
    OutputStream output = socket.getOutputStream();
    output.write(ClientFrames.upgradeRequest("127.0.0.1", port, "/ws/metrics"));
    readHead(socket.getInputStream());
    byte[] command = subscribe.getBytes(StandardCharsets.UTF_8);
    output.write(bytes(ClientFrames.frame(ClientFrames.TEXT, command)));
    channel.configureBlocking(false);
    channel.register(selector, SelectionKey.OP_READ);
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  /** Reads the response to the upgrade. */
  private static void readHead(InputStream input) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = input.read();
      if (next < 0) {
        throw new IOException("no upgrade: " + head);
      }
      head.append((char) next);
    }
    if (!ClientFrames.isUpgraded(head.toString())) {
      throw new IOException("no upgrade: " + head);
    }
  }

  /**
   * Verifies that all subscribers are still connected.
   *
   * @throws IllegalStateException if one was disconnected, which ended the reading
   */
  void requireConnected() {
    if (!reader.isAlive()) {
      throw new IllegalStateException("the server closed a connection");
    }
  }

  private void readAll() {
    ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    try {
      while (!closing) {
        selector.select(key -> read(key, buffer), SELECT_MILLIS);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
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
