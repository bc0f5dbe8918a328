package io.greenlang.metrics.testkit.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.SocketException;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket client on a plain socket that sends exactly the bytes that a test specifies, valid or
 * not, and reads only on request. One thread at a time may use it. Every read times out after 60 s.
 */
public final class RawWebSocket extends RawHttpConnection {

  /** An error for a frame that a server must not send: it is masked, or its header is missing. */
  public static final class MaskedFrameError extends AssertionError {
    private MaskedFrameError() {
      super("the server masked a frame");
    }
  }

  private RawWebSocket(URI url, int receiveBuffer, @Nullable InetAddress localAddress)
      throws IOException {
    super(url, receiveBuffer, localAddress);
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
      return new RawWebSocket(url, receiveBuffer, null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Opens a TCP connection from one of this machine's addresses.
   *
   * @param localAddress a numeric address, such as {@code 127.0.0.2}, which is a loopback address
   *     on Linux
   */
  public static RawWebSocket connectFrom(String localAddress, URI url) {
    try {
      return new RawWebSocket(url, 0, InetAddress.getByName(localAddress));
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

  /** Sends a masked frame; returns false if the server has closed the connection. */
  public boolean send(RawWebSocketFrame frame) {
    return send(frame.masked());
  }

  /** Sends a text message; returns false if the server has closed the connection. */
  public boolean send(String text) {
    return send(RawWebSocketFrame.text(text));
  }

  /**
   * Reads the next frame, or returns null if the connection has ended.
   *
   * @throws MaskedFrameError if the frame is masked
   */
  public @Nullable RawWebSocketFrame nextFrame() {
    try {
      int first = input().read();
      if (first < 0) {
        return null;
      }
      byte[] payload = new byte[Math.toIntExact(nextLength())];
      input().readFully(payload);
      return new RawWebSocketFrame(first >= 0x80, first >> 4 & 7, first & 0xF, payload);
    } catch (EOFException | SocketException | SSLException e) {
      return null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private long nextLength() throws IOException {
    int length = input().readUnsignedByte();
    if (length > 127) {
      throw new MaskedFrameError();
    }
    return switch (length) {
      case 126 -> input().readUnsignedShort();
      case 127 -> input().readLong();
      default -> length;
    };
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

  /** Reads until there is a metric that satisfies a condition, and returns it. */
  public JsonNode nextMetric(Predicate<JsonNode> condition) {
    ReceivedMessage message = nextMessage();
    while (!message.isMetric() || !condition.test(message.body())) {
      message = nextMessage();
    }
    return message.body();
  }

  /** Reads until there is a metric of a name, and returns it. */
  public JsonNode nextMetric(String name) {
    return nextMetric(metric -> metric.path("name").asText().equals(name));
  }

  /** Reads until there is a metric of each name, and returns the last one of each. */
  public Map<String, JsonNode> nextMetrics(Set<String> names) {
    Map<String, JsonNode> found = new HashMap<>();
    while (!found.keySet().equals(names)) {
      ReceivedMessage message = nextMessage();
      String name = message.body().path("name").asText();
      if (message.isMetric() && names.contains(name)) {
        found.put(name, message.body());
      }
    }
    return found;
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
}
