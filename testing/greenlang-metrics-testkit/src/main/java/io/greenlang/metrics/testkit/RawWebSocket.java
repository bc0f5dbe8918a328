package io.greenlang.metrics.testkit;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket client on a plain socket, which sends exactly what a test says, right or wrong, and
 * reads only when it is told to. One thread at a time; every wait ends after half a minute.
 */
public final class RawWebSocket implements Closeable {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /**
   * What came back for an HTTP request.
   *
   * @param status the number in its first line; 0 if the connection just ended
   * @param head its first line and headers, in lower case
   * @param body as text
   */
  public record Response(int status, String head, String body) {}

  private final URI url;
  private final Socket socket = new Socket();
  private final DataInputStream in;

  private RawWebSocket(URI url, int receiveBuffer) throws IOException {
    this.url = url;
    if (receiveBuffer > 0) {
      socket.setReceiveBufferSize(receiveBuffer);
    }
    socket.setTcpNoDelay(true);
    socket.setSoTimeout((int) PATIENCE.toMillis());
    socket.connect(new InetSocketAddress(url.getHost(), url.getPort()));
    this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 4096));
  }

  /** A TCP connection to the server, and nothing said yet. */
  public static RawWebSocket tcp(URI url) {
    return tcp(url, 0);
  }

  /** The same with a receive buffer of that size, so that the server soon has to wait. */
  public static RawWebSocket tcp(URI url, int receiveBuffer) {
    try {
      return new RawWebSocket(url, receiveBuffer);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** An open WebSocket. */
  public static RawWebSocket open(URI url, String... headers) {
    RawWebSocket client = tcp(url);
    client.upgrade(headers);
    return client;
  }

  /** Asks for the upgrade and insists on getting it. */
  public Response upgrade(String... headers) {
    Response response = handshake(headers);
    if (response.status() != 101) {
      throw new AssertionError("no upgrade: " + response);
    }
    return response;
  }

  /** Asks for the upgrade with more headers, each a whole line, and tells the answer. */
  public Response handshake(String... headers) {
    List<String> lines = new ArrayList<>(List.of("Sec-WebSocket-Version: 13"));
    lines.addAll(List.of(headers));
    return handshakeAt(target(), lines.toArray(new String[0]));
  }

  /** Asks for the upgrade at a target of one's own, and of the version that the headers say. */
  public Response handshakeAt(String target, String... headers) {
    List<String> lines =
        new ArrayList<>(
            List.of(
                "Upgrade: websocket",
                "Connection: Upgrade",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="));
    lines.addAll(List.of(headers));
    return request("GET " + target, lines.toArray(new String[0]));
  }

  /** Sends a request without a body, such as {@code GET /health}, and tells the answer. */
  public Response request(String methodAndTarget, String... headers) {
    send(head(methodAndTarget, headers));
    return response(methodAndTarget.startsWith("HEAD"));
  }

  /** The bytes of a request without a body. */
  public byte[] head(String methodAndTarget, String... headers) {
    StringBuilder head = new StringBuilder(methodAndTarget).append(" HTTP/1.1\r\nHost: ");
    head.append(url.getHost()).append(':').append(url.getPort()).append("\r\n");
    for (String header : headers) {
      head.append(header).append("\r\n");
    }
    return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  /** The next answer to a request. */
  public Response response(boolean toHead) {
    try {
      String head = readHead();
      if (head.isEmpty()) {
        return new Response(0, "", "");
      }
      int status = Integer.parseInt(head.substring(9, 12));
      int length = toHead || status == 304 ? 0 : contentLength(head);
      String body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
      return new Response(status, head, body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends these bytes as they are. False if the server has ended the connection. */
  public boolean send(byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
      return true;
    } catch (SocketException e) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends a frame as a client should. */
  public boolean send(RawWebSocketFrame frame) {
    return send(frame.masked());
  }

  /** Sends a message of text. */
  public boolean send(String text) {
    return send(RawWebSocketFrame.text(text));
  }

  /** The next frame, or null if the connection has ended. */
  public @Nullable RawWebSocketFrame frame() {
    try {
      int first = in.read();
      if (first < 0) {
        return null;
      }
      int second = in.readUnsignedByte();
      long length = second;
      if (second == 126) {
        length = in.readUnsignedShort();
      } else if (second == 127) {
        length = in.readLong();
      } else if (second > 127) {
        throw new AssertionError("the server masks");
      }
      byte[] payload = new byte[Math.toIntExact(length)];
      in.readFully(payload);
      return new RawWebSocketFrame(first >= 0x80, first >> 4 & 7, first & 0xF, payload);
    } catch (EOFException | SocketException e) {
      return null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether something has come that was not read yet. */
  public boolean hasInput() {
    try {
      return in.available() > 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads for so long; true if nothing came, not even the end. */
  public boolean quietFor(Duration time) {
    try {
      socket.setSoTimeout((int) time.toMillis());
      try {
        in.read();
        return false;
      } catch (SocketTimeoutException nothingCame) {
        return true;
      } finally {
        socket.setSoTimeout((int) PATIENCE.toMillis());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends this side's half of the TCP connection, and goes on to read. */
  public void closeOutput() {
    try {
      socket.shutdownOutput();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The next bytes as they come, frames or not. */
  public byte[] bytes(int count) {
    try {
      return in.readNBytes(count);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The next message, whatever pings and pongs come before it. */
  public TransportMessage message() {
    while (true) {
      RawWebSocketFrame frame = frame();
      if (frame == null) {
        throw new AssertionError("the connection ended");
      }
      if (frame.opcode() == RawWebSocketFrame.CLOSE) {
        throw new AssertionError("closed with " + frame.closeCode());
      }
      if (frame.opcode() == RawWebSocketFrame.TEXT || frame.opcode() == RawWebSocketFrame.BINARY) {
        return whole(frame).message();
      }
    }
  }

  /** Some containers cut what is long: Tomcat into fragments of 8 KiB. */
  private RawWebSocketFrame whole(RawWebSocketFrame first) {
    ByteArrayOutputStream payload = new ByteArrayOutputStream();
    RawWebSocketFrame part = first;
    payload.writeBytes(part.payload());
    while (!part.fin()) {
      part = frame();
      if (part == null) {
        throw new AssertionError("the connection ended within a message");
      }
      if (part.opcode() == RawWebSocketFrame.CONTINUATION) {
        payload.writeBytes(part.payload());
      } else {
        // a control frame may come between; it says nothing about this message
        part = part.unfinished();
      }
    }
    return RawWebSocketFrame.of(first.opcode(), payload.toByteArray());
  }

  /** Sends a command and returns its answer: the next message of that type. */
  public TransportMessage ask(String command, String answerType) {
    send(command);
    return message(answerType);
  }

  /** The next message of that type. */
  public TransportMessage message(String type) {
    TransportMessage message = message();
    while (!message.type().equals(type)) {
      message = message();
    }
    return message;
  }

  /** Reads on until the close frame and returns its code; 1006 if the connection just ends. */
  public int closeCode() {
    RawWebSocketFrame frame = frame();
    while (frame != null && frame.opcode() != RawWebSocketFrame.CLOSE) {
      frame = frame();
    }
    return frame == null ? 1006 : frame.closeCode();
  }

  /** Answers the server's close frame and waits until it ends the connection. */
  public void finishClose() {
    send(RawWebSocketFrame.close(1000));
    RawWebSocketFrame frame;
    do {
      frame = frame();
    } while (frame != null);
  }

  /** Closes in the right manner. */
  public void closePolitely() {
    send(RawWebSocketFrame.close(1000));
    closeCode();
    close();
  }

  /** Cuts the connection with a reset, as a crash does; nothing if it is closed. Any thread. */
  public void cut() {
    try {
      socket.setSoLinger(true, 0);
    } catch (SocketException e) {
      if (!socket.isClosed()) { // its reader may have closed it just now
        throw new UncheckedIOException(e);
      }
    }
    close();
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String target() {
    String query = url.getRawQuery();
    return Objects.requireNonNull(url.getRawPath()) + (query == null ? "" : "?" + query);
  }

  private String readHead() throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    int matched = 0;
    while (matched < 4) {
      int next;
      try {
        next = in.read();
      } catch (SocketException e) {
        next = -1;
      }
      if (next < 0) {
        return "";
      }
      head.write(next);
      matched = next == "\r\n\r\n".charAt(matched) ? matched + 1 : next == '\r' ? 1 : 0;
    }
    return head.toString(StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
  }

  private static int contentLength(String head) {
    int at = head.indexOf("\r\ncontent-length:");
    if (at < 0) {
      return 0;
    }
    return Integer.parseInt(head.substring(at + 17, head.indexOf('\r', at + 2)).trim());
  }
}
