package io.greenlang.metrics.testkit.client;

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
 * A WebSocket client on a plain socket that sends exactly the bytes that a test specifies, valid or
 * not, and reads only on request. One thread at a time may use it. Every read times out after 30 s.
 */
public final class RawWebSocket implements Closeable {

  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  /**
   * The response to an HTTP request.
   *
   * @param status the HTTP status; 0 if the connection ended without a response
   * @param head the status line and the headers, in lower case; empty if there was no response
   * @param body the body, decoded as UTF-8
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
    socket.setSoTimeout((int) TIMEOUT.toMillis());
    socket.connect(new InetSocketAddress(url.getHost(), url.getPort()));
    this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 4096));
  }

  /** Opens a TCP connection to the server and sends nothing. */
  public static RawWebSocket connect(URI url) {
    return connect(url, 0);
  }

  /**
   * Opens a TCP connection to the server and sends nothing.
   *
   * @param receiveBuffer the size of the socket's receive buffer in bytes; a small one soon blocks
   *     the server's sends. 0 keeps the default
   */
  public static RawWebSocket connect(URI url, int receiveBuffer) {
    try {
      return new RawWebSocket(url, receiveBuffer);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Opens a WebSocket connection; each header is a complete line. */
  public static RawWebSocket open(URI url, String... headers) {
    RawWebSocket client = connect(url);
    client.upgrade(headers);
    return client;
  }

  /**
   * Requests the upgrade.
   *
   * @throws AssertionError if the server does not answer with status 101
   */
  public Response upgrade(String... headers) {
    Response response = handshake(headers);
    if (response.status() != 101) {
      throw new AssertionError("no upgrade: " + response);
    }
    return response;
  }

  /**
   * Requests the upgrade with additional headers, each a complete line, and returns the response.
   */
  public Response handshake(String... headers) {
    List<String> lines = new ArrayList<>(List.of("Sec-WebSocket-Version: 13"));
    lines.addAll(List.of(headers));
    return handshakeAt(target(), lines.toArray(new String[0]));
  }

  /**
   * Requests the upgrade at the given target and returns the response.
   *
   * @param headers additional headers; the WebSocket version must be one of them
   */
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

  /** Sends a request without a body, such as {@code GET /health}, and returns the response. */
  public Response request(String methodAndTarget, String... headers) {
    send(requestHead(methodAndTarget, headers));
    return nextResponse(methodAndTarget.startsWith("HEAD"));
  }

  /** Returns the bytes of a request without a body. */
  public byte[] requestHead(String methodAndTarget, String... headers) {
    StringBuilder head = new StringBuilder(methodAndTarget).append(" HTTP/1.1\r\nHost: ");
    head.append(url.getHost()).append(':').append(url.getPort()).append("\r\n");
    for (String header : headers) {
      head.append(header).append("\r\n");
    }
    return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  /**
   * Reads the next HTTP response.
   *
   * @param toHeadRequest whether it answers a HEAD request and so has no body
   */
  public Response nextResponse(boolean toHeadRequest) {
    try {
      String head = readHead();
      if (head.isEmpty()) {
        return new Response(0, "", "");
      }
      int status = Integer.parseInt(head.substring(9, 12));
      int length = toHeadRequest || status == 304 ? 0 : contentLength(head);
      String body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
      return new Response(status, head, body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends the bytes as they are; returns false if the server has closed the connection. */
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

  /** Sends a masked frame; returns false if the server has closed the connection. */
  public boolean send(RawWebSocketFrame frame) {
    return send(frame.masked());
  }

  /** Sends a text message; returns false if the server has closed the connection. */
  public boolean send(String text) {
    return send(RawWebSocketFrame.text(text));
  }

  /** Reads the next frame, or returns null if the connection has ended. */
  public @Nullable RawWebSocketFrame nextFrame() {
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
        throw new AssertionError("the server masked a frame");
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

  /** Returns whether unread data has arrived. */
  public boolean hasInput() {
    try {
      return in.available() > 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for the duration; returns true if neither data nor the end of the stream arrived. */
  public boolean isQuietFor(Duration duration) {
    try {
      socket.setSoTimeout((int) duration.toMillis());
      try {
        in.read();
        return false;
      } catch (SocketTimeoutException expected) {
        return true;
      } finally {
        socket.setSoTimeout((int) TIMEOUT.toMillis());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Closes the client's half of the TCP connection; reading remains possible. */
  public void closeOutput() {
    try {
      socket.shutdownOutput();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads the next bytes without parsing frames. */
  public byte[] nextBytes(int count) {
    try {
      return in.readNBytes(count);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads the next message and skips pings and pongs before it.
   *
   * @throws AssertionError if the connection is closed or ends first
   */
  public ReceivedMessage nextMessage() {
    while (true) {
      RawWebSocketFrame frame = nextFrame();
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

  /** Reassembles a message: some containers fragment long ones, Tomcat into pieces of 8 KiB. */
  private RawWebSocketFrame whole(RawWebSocketFrame first) {
    ByteArrayOutputStream payload = new ByteArrayOutputStream();
    RawWebSocketFrame fragment = first;
    payload.writeBytes(fragment.payload());
    while (!fragment.fin()) {
      fragment = nextFrame();
      if (fragment == null) {
        throw new AssertionError("the connection ended within a message");
      }
      if (fragment.opcode() == RawWebSocketFrame.CONTINUATION) {
        payload.writeBytes(fragment.payload());
      } else {
        // control frames may be interleaved; they are not part of the message
        fragment = fragment.withoutFin();
      }
    }
    return RawWebSocketFrame.of(first.opcode(), payload.toByteArray());
  }

  /** Sends a command and returns its reply: the next message of type {@code replyType}. */
  public ReceivedMessage ask(String command, String replyType) {
    send(command);
    return nextMessage(replyType);
  }

  /** Reads the next message of the given type and skips all others. */
  public ReceivedMessage nextMessage(String type) {
    ReceivedMessage message = nextMessage();
    while (!message.type().equals(type)) {
      message = nextMessage();
    }
    return message;
  }

  /** Reads up to the close frame and returns its code; 1006 if the connection ends without one. */
  public int awaitCloseCode() {
    RawWebSocketFrame frame = nextFrame();
    while (frame != null && frame.opcode() != RawWebSocketFrame.CLOSE) {
      frame = nextFrame();
    }
    return frame == null ? 1006 : frame.closeCode();
  }

  /** Answers the server's close frame and waits until the server closes the TCP connection. */
  public void completeClose() {
    send(RawWebSocketFrame.close(1000));
    RawWebSocketFrame frame;
    do {
      frame = nextFrame();
    } while (frame != null);
  }

  /** Performs the closing handshake and closes the connection. */
  public void closeGracefully() {
    send(RawWebSocketFrame.close(1000));
    awaitCloseCode();
    close();
  }

  /**
   * Resets the TCP connection, as a crash does; does nothing if it is already closed. Thread-safe.
   */
  public void reset() {
    try {
      socket.setSoLinger(true, 0);
    } catch (SocketException e) {
      if (!socket.isClosed()) { // its reader may have closed it concurrently
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
    int start = head.indexOf("\r\ncontent-length:");
    if (start < 0) {
      return 0;
    }
    return Integer.parseInt(head.substring(start + 17, head.indexOf('\r', start + 2)).trim());
  }
}
