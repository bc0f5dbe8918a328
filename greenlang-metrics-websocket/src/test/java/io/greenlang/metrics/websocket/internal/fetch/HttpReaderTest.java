package io.greenlang.metrics.websocket.internal.fetch;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Responses of a peer that writes any bytes, at any pace. */
@Timeout(120)
class HttpReaderTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(50);
  private static final Duration SHORT = Duration.ofMillis(300);
  private static final int MAX_BYTES = 1_000;

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final HttpReader reader = new HttpReader(MAX_BYTES);
  private final ServerSocket server;

  HttpReaderTest() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }

  /** Writes a response. */
  private interface Script {
    void write(OutputStream out) throws IOException, InterruptedException;
  }

  @AfterEach
  void close() throws IOException {
    stopped.countDown();
    server.close();
    threads.shutdownNow();
  }

  /**
   * Answers one connection. The future completes when the reader has closed it, or when the server
   * was closed before the reader connected.
   */
  private CompletableFuture<Boolean> answer(Script script) {
    CompletableFuture<Boolean> closed = new CompletableFuture<>();
    threads.execute(
        () -> {
          try (Socket socket = server.accept()) {
            readHead(socket);
            script.write(socket.getOutputStream());
            closed.complete(socket.getInputStream().read() < 0);
          } catch (IOException e) {
            closed.complete(true); // reset by the reader, or never opened
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    return closed;
  }

  private static void readHead(Socket socket) throws IOException {
    int newlines = 0;
    while (newlines < 2) {
      int next = socket.getInputStream().read();
      if (next < 0) {
        throw new EOFException("the reader gave up before its request was complete");
      }
      newlines = next == '\n' ? newlines + 1 : next == '\r' ? newlines : 0;
    }
  }

  private URI url() {
    return URI.create("http://127.0.0.1:" + server.getLocalPort() + "/keys");
  }

  private static void head(OutputStream out, String status, String headers) throws IOException {
    out.write(("HTTP/1.1 " + status + "\r\n" + headers + "\r\n").getBytes(US_ASCII));
    out.flush();
  }

  @Test
  void read_document_isReturned() throws Exception {
    answer(
        out -> {
          head(out, "200 OK", "Content-Length: 4\r\n");
          out.write("keys".getBytes(US_ASCII));
        });
    assertThat(new String(reader.read(url(), TIMEOUT), UTF_8)).isEqualTo("keys");
  }

  @Test
  void read_announcedLengthAboveLimit_failsAndClosesConnection() throws Exception {
    CompletableFuture<Boolean> closed =
        answer(
            out -> {
              head(out, "200 OK", "Content-Length: 100000\r\n");
              out.write(new byte[100_000]);
            });
    assertThatThrownBy(() -> reader.read(url(), TIMEOUT))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("longer than 1000 bytes");
    assertThat(closed.get(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void read_endlessBody_failsAtLimit() {
    answer(
        out -> {
          head(out, "200 OK", "Transfer-Encoding: chunked\r\n");
          while (true) {
            out.write("10\r\n0123456789abcdef\r\n".getBytes(US_ASCII));
          }
        });
    assertThatThrownBy(() -> reader.read(url(), TIMEOUT))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("longer than 1000 bytes");
  }

  /** Each byte arrives in time; the whole body does not. */
  @Test
  void read_slowBody_failsAtTimeLimitAndClosesConnection() throws Exception {
    CompletableFuture<Boolean> closed =
        answer(
            out -> {
              head(out, "200 OK", "Content-Length: 500\r\n");
              for (int i = 0; i < 400; i++) {
                out.write('a');
                out.flush();
                stopped.await(20, TimeUnit.MILLISECONDS); // the pace of the peer
              }
            });
    assertThatThrownBy(() -> reader.read(url(), SHORT))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no complete response within 300 ms");
    server.close(); // on a busy machine, the reader gives up before it connects
    assertThat(closed.get(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void read_endlessHead_failsAtTimeLimit() {
    answer(
        out -> {
          head(out, "200 OK", "A: b");
          for (int i = 0; i < 10_000; i++) {
            out.write(("H" + i + ": x\r\n").getBytes(US_ASCII));
            out.flush();
            stopped.await(1, TimeUnit.MILLISECONDS); // the pace of the peer
          }
        });
    assertThatThrownBy(() -> reader.read(url(), SHORT)).isInstanceOf(IOException.class);
  }

  @Test
  void read_noAnswer_failsAtTimeLimit() {
    answer(out -> stopped.await());
    assertThatThrownBy(() -> reader.read(url(), SHORT))
        .hasMessageContaining("no complete response within 300 ms");
  }

  @Test
  void read_redirect_isNotFollowed() {
    answer(out -> head(out, "302 Found", "Location: " + url() + "\r\nContent-Length: 0\r\n"));
    assertThatThrownBy(() -> reader.read(url(), TIMEOUT))
        .isInstanceOf(IOException.class)
        .hasMessage("HTTP status 302; redirects are not followed");
  }

  @Test
  void read_errorWithLongBody_failsWithItsStatusOnly() {
    answer(
        out -> {
          head(out, "500 Internal Server Error", "Content-Length: 6\r\n");
          out.write("secret".getBytes(US_ASCII));
        });
    assertThatThrownBy(() -> reader.read(url(), TIMEOUT)).hasMessage("HTTP status 500");
  }

  @Test
  void read_cutBody_fails() {
    answer(
        out -> {
          head(out, "200 OK", "Content-Length: 10\r\nConnection: close\r\n");
          out.write("keys".getBytes(US_ASCII));
          throw new IOException("close the connection");
        });
    assertThatThrownBy(() -> reader.read(url(), TIMEOUT)).isInstanceOf(IOException.class);
  }

  @Test
  void read_noListener_fails() throws IOException {
    try (Socket holder = new Socket()) { // does not listen, and keeps the port from other programs
      holder.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      URI url = URI.create("http://127.0.0.1:" + holder.getLocalPort() + "/keys");
      assertThatThrownBy(() -> reader.read(url, TIMEOUT))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("ConnectException");
    }
  }

  @Test
  void read_noHttp_fails() {
    answer(out -> out.write("SSH-2.0-OpenSSH\r\n\r\n".getBytes(US_ASCII)));
    assertThatThrownBy(() -> reader.read(url(), TIMEOUT)).isInstanceOf(IOException.class);
  }
}
