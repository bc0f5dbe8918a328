package io.greenlang.metrics.netty;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.testkit.tls.ClientContexts;
import io.greenlang.metrics.testkit.tls.TestCertificate;
import io.greenlang.metrics.testkit.transport.fixture.ConnectionLog;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The counter and the log of clients that send garbage to a port with TLS. */
@Timeout(120)
final class TlsRefusalsTest {

  private static final int CONNECTIONS = 100;
  private static final int READ_TIMEOUT_MILLIS = 60_000;

  /** The first byte of a handshake's record, and of one of application data (RFC 8446, 5.1). */
  private static final byte HANDSHAKE = 22;

  private static final byte APPLICATION_DATA = 23;

  private final Random random = new Random(7);
  private final NettyFixture fixture =
      new NettyFixture(
          settings -> settings.allowAnonymous().tls(TestCertificate.create().pemFiles()),
          NettyTimeouts.DEFAULT); // the first handshake loads TLS

  @AfterEach
  void close() {
    fixture.close();
  }

  /** Returns the log lines above the level of debugging while clients send bytes. */
  private List<String> logged(Supplier<byte[]> bytes) {
    return loggedDuring(() -> send(bytes.get()));
  }

  private static List<String> loggedDuring(Runnable attack) {
    ConnectionLog.install();
    String log =
        ConnectionLog.capture(
            () -> {
              for (int i = 0; i < CONNECTIONS; i++) {
                attack.run();
              }
            });
    return log.lines().filter(line -> line.matches("\\[[^]]*] (INFO|WARN|ERROR) .*")).toList();
  }

  private int port() {
    return fixture.server().url().getPort();
  }

  private long refused() {
    return fixture.server().stats().connectionsRefused();
  }

  /** Sends bytes, ends the output, and reads until the server closes the connection. */
  private void send(byte[] bytes) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
      sendAndDrain(socket, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void sendAndDrain(Socket socket, byte[] bytes) throws IOException {
    socket.setSoTimeout(READ_TIMEOUT_MILLIS);
    try {
      socket.getOutputStream().write(bytes);
      socket.shutdownOutput();
      socket.getInputStream().transferTo(OutputStream.nullOutputStream());
    } catch (SocketException e) {
      assertThat(e)
          .as("the server may close before it has read all")
          .hasMessageMatching(".*(eset|roken).*");
    }
  }

  /** Returns a record of random bytes. */
  private byte[] garbage(byte type) {
    byte[] bytes = new byte[100 + random.nextInt(300)];
    random.nextBytes(bytes);
    bytes[0] = type;
    bytes[1] = 0; // no version of TLS has this number
    return bytes;
  }

  @Test
  void handshakes_garbage_areCountedAndLoggedOnce() {
    List<String> lines = logged(() -> garbage(HANDSHAKE));
    assertThat(lines).hasSize(1);
    assertThat(lines.get(0))
        .contains("WARN", "Refused a connection of 127.0.0.1:", "because its TLS handshake failed")
        .hasSizeLessThan(400);
    assertThat(refused()).isEqualTo(CONNECTIONS);
  }

  @Test
  void handshakes_changedAtRandom_areLoggedAtMostOnce() {
    byte[] hello = ClientContexts.clientHello();
    List<String> lines =
        logged(
            () -> {
              byte[] bytes = hello.clone();
              for (int change = random.nextInt(50); change >= 0; change--) {
                bytes[1 + random.nextInt(bytes.length - 1)] = (byte) random.nextInt();
              }
              return bytes;
            });
    assertThat(lines).hasSize(1);
    assertThat(refused()).isBetween(1L, (long) CONNECTIONS);
  }

  @Test
  void handshakes_ofLeavingClients_areNeitherCountedNorLogged() {
    byte[] hello = ClientContexts.clientHello();
    assertThat(logged(() -> Arrays.copyOf(hello, 1 + random.nextInt(hello.length - 1)))).isEmpty();
    assertThat(refused()).isZero();
  }

  @Test
  void connections_plainText_areCountedAndLoggedOnce() {
    byte[] request = "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(US_ASCII);
    List<String> lines = logged(() -> request);
    assertThat(lines).hasSize(1);
    assertThat(lines.get(0)).contains("WARN", "it does not begin with TLS");
    assertThat(refused()).isEqualTo(CONNECTIONS);
  }

  @Test
  void streams_garbageAfterTheHandshake_areNotLogged() {
    assertThat(loggedDuring(this::breakStream)).isEmpty();
  }

  /** Opens a stream of events, and then sends bytes that TLS cannot decrypt. */
  private void breakStream() {
    try (Socket tcp = new Socket(InetAddress.getLoopbackAddress(), port())) {
      SSLSocket socket =
          (SSLSocket)
              ClientContexts.trustingAll()
                  .getSocketFactory()
                  .createSocket(tcp, "127.0.0.1", port(), true);
      String request =
          "GET /sse/metrics?channels=system.metrics HTTP/1.1\r\nHost: localhost\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(US_ASCII));
      assertThat(new String(socket.getInputStream().readNBytes(12), US_ASCII))
          .isEqualTo("HTTP/1.1 200");
      sendAndDrain(tcp, garbage(APPLICATION_DATA));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
