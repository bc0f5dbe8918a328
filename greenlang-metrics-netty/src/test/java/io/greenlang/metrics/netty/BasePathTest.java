package io.greenlang.metrics.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.testkit.client.RawHttpConnection;
import io.greenlang.metrics.testkit.transport.fixture.EchoEndpoint;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A server whose paths all begin with {@code /live/v1}. */
final class BasePathTest {

  private final NettyFixture fixture =
      new NettyFixture(
          builder ->
              builder
                  .allowAnonymous()
                  .basePath("/live/v1")
                  .endpoint(new EchoEndpoint("/open", false)));

  @AfterEach
  void close() {
    fixture.close();
  }

  private RawHttpConnection.Response request(String line) {
    return fixture.connect().request(line);
  }

  @ParameterizedTest
  @CsvSource({
    "GET /live/v1/health,          200",
    "GET /live/v1/open,            200",
    "GET /live/v1/,                200",
    "GET /live/v1/ws/metrics,      426",
    "GET /health,                  404",
    "GET /open,                    404",
    "GET /ws/metrics,              404",
    "GET /,                        404",
    "GET /live,                    404",
    "GET /live/,                   404",
    "GET /live/v10/health,         404",
    "GET /live/v1health,           404",
    "GET /live/v1//health,         404",
    "GET /live/v1/../health,       404",
    "GET /live/v1/live/v1/health,  404",
    "GET /LIVE/v1/health,          404",
    "GET /live/%761/health,        404",
    "OPTIONS *,                    404",
  })
  void request_path_isServedBelowBasePathOnly(String line, int status) {
    assertThat(request(line).status()).isEqualTo(status);
  }

  @Test
  void request_basePathItself_isRedirectedToDashboard() {
    RawHttpConnection.Response response = request("GET /live/v1?a=b");
    assertThat(response.status()).isEqualTo(308);
    assertThat(response.head()).contains("location: v1/\r\n");
  }

  @Test
  void handshake_belowBasePath_isAccepted() {
    assertThat(
            fixture
                .connect()
                .handshakeAt("/live/v1/ws/metrics", "Sec-WebSocket-Version: 13")
                .status())
        .isEqualTo(101);
  }
}
