package io.greenlang.metrics.testkit.client;

import io.greenlang.metrics.testkit.tls.ClientContexts;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
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
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP connection on a socket that sends exactly the bytes that a test specifies, within TLS if
 * the URL begins with {@code wss}. It accepts any certificate. Every read times out after 60 s.
 */
public abstract class RawHttpConnection implements Closeable {

  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  /**
   * The response to an HTTP request.
   *
   * @param status the HTTP status; 0 if the connection ended without a response
   * @param head the status line and the headers, in lower case; empty if there was no response
   * @param body the body, decoded as UTF-8
   */
  public record Response(int status, String head, String body) {}

  private final URI url;
  private final Socket tcp = new Socket();
  private final Socket socket;
  private final DataInputStream input;

  RawHttpConnection(URI url, int receiveBuffer, @Nullable InetAddress localAddress)
      throws IOException {
    this.url = url;
    // Loading TLS takes long in a process that has not used it. The server's time limit for a
    // request begins with the connection.
    SSLSocketFactory tls =
        "wss".equals(url.getScheme()) ? ClientContexts.trustingAll().getSocketFactory() : null;
    // Without an address, connect() chooses the port. On Linux, it is none of those that bind()
    // chooses for servers, as long as others are free. So a server that restarts gets its port.
    if (localAddress != null) {
      tcp.bind(new InetSocketAddress(localAddress, 0));
    }
    if (receiveBuffer > 0) {
      tcp.setReceiveBufferSize(receiveBuffer);
    }
    tcp.setTcpNoDelay(true);
    tcp.setSoTimeout((int) TIMEOUT.toMillis());
    tcp.connect(new InetSocketAddress(url.getHost(), url.getPort()));
    // The handshake of TLS begins with the first bytes that are sent or read.
    this.socket = tls == null ? tcp : tls.createSocket(tcp, url.getHost(), url.getPort(), true);
    this.input = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 4096));
  }

  /** Returns the bytes from the server. */
  final DataInputStream input() {
    return input;
  }

  /**
   * Requests the upgrade with additional headers, each a complete line, and returns the response.
   */
  public final Response handshake(String... headers) {
    List<String> lines = new ArrayList<>(List.of("Sec-WebSocket-Version: 13"));
    lines.addAll(List.of(headers));
    return handshakeAt(target(), lines.toArray(new String[0]));
  }

  /**
   * Requests the upgrade at the given target and returns the response.
   *
   * @param headers additional headers; the WebSocket version must be one of them
   */
  public final Response handshakeAt(String target, String... headers) {
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
  public final Response request(String methodAndTarget, String... headers) {
    send(requestHead(methodAndTarget, headers));
    return nextResponse(methodAndTarget.startsWith("HEAD"));
  }

  /** Returns the bytes of a request without a body. */
  public final byte[] requestHead(String methodAndTarget, String... headers) {
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
  public final Response nextResponse(boolean toHeadRequest) {
    try {
      String head = readHead();
      if (head.isEmpty()) {
        return new Response(0, "", "");
      }
      int status = Integer.parseInt(head.substring(9, 12));
      int length = toHeadRequest || status == 304 ? 0 : contentLength(head);
      String body = new String(input.readNBytes(length), StandardCharsets.UTF_8);
      return new Response(status, head, body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends bytes outside TLS, before the first ones within it. */
  public final void sendPlain(byte[] bytes) {
    try {
      tcp.getOutputStream().write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends the bytes as they are; returns false if the server has closed the connection. */
  public final boolean send(byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
      return true;
    } catch (SocketException | SSLException e) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns whether unread data has arrived. */
  public final boolean hasInput() {
    try {
      return input.available() > 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for the duration; returns true if neither data nor the end of the stream arrived. */
  public final boolean isQuietFor(Duration duration) {
    try {
      socket.setSoTimeout((int) duration.toMillis());
      try {
        input.read();
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
  public final void closeOutput() {
    try {
      socket.shutdownOutput();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads the next bytes without parsing frames. */
  public final byte[] nextBytes(int count) {
    try {
      return input.readNBytes(count);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Resets the TCP connection, as a crash does; does nothing if it is already closed. Thread-safe.
   */
  public final void reset() {
    try {
      tcp.setSoLinger(true, 0);
      tcp.close(); // without a word in TLS
    } catch (IOException e) {
      if (!tcp.isClosed()) { // its reader may have closed it concurrently
        throw new UncheckedIOException(e);
      }
    }
  }

  @Override
  public final void close() {
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
        next = input.read();
      } catch (SocketException | SSLException e) {
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
