package io.greenlang.metrics.netty;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * Clients that connect without a token, send a request head of the maximal size, and never finish
 * it. They connect from any address of the loopback network, {@code 127.0.0.0/8}, which Linux
 * routes without configuration.
 */
public final class HalfOpenClients implements Closeable {

  private final URI url;
  private final byte[] head;
  private final List<SocketChannel> sockets = new ArrayList<>();

  /**
   * Creates clients that do not connect yet.
   *
   * @param headers the number of headers of their unfinished request
   * @param headerBytes the length of each header
   */
  public HalfOpenClients(URI url, int headers, int headerBytes) {
    this.url = url;
    StringBuilder text = new StringBuilder("GET /health HTTP/1.1\r\nHost: x\r\n");
    for (int i = 0; i < headers; i++) {
      String name = "x" + i + ":";
      text.append(name).append("a".repeat(headerBytes - name.length() - 2)).append("\r\n");
    }
    this.head = text.toString().getBytes(US_ASCII);
  }

  /** Opens a connection from an address and sends the unfinished head. */
  public void connectFrom(String address) {
    try {
      SocketChannel socket = SocketChannel.open();
      sockets.add(socket);
      socket.bind(new InetSocketAddress(address, 0));
      socket.connect(new InetSocketAddress(url.getHost(), url.getPort()));
      send(socket);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends the head. The server may already have closed the connection to admit others. */
  private void send(SocketChannel socket) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(head);
    socket.configureBlocking(false);
    try {
      socket.write(bytes);
    } catch (SocketException closedByServer) {
      socket.close();
    } catch (IOException closedByServer) {
      socket.close();
    }
  }

  @Override
  public void close() throws IOException {
    for (SocketChannel socket : sockets) {
      socket.close();
    }
  }
}
