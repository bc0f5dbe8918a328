package io.greenlang.metrics.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.websocket.auth.JwtIssuer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** Runs the example unchanged, on any free port. Independent clients test it in e2e. */
@Timeout(180)
class EmbeddedSpringBootTest {

  private static final String SECRET = "a secret of at least thirty-two bytes";
  private static final Pattern JAVA_BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

  /**
   * Calls listeners on the thread that reads. On another one, the JDK can lose a connection's end.
   */
  private final HttpClient http = HttpClient.newBuilder().executor(Runnable::run).build();

  private ConfigurableApplicationContext application;

  @BeforeEach
  void start() {
    application =
        SpringApplication.run(
            EmbeddedSpringBoot.class, "--server.port=0", "--metrics.secret=" + SECRET);
  }

  @AfterEach
  void stop() {
    application.close();
  }

  @Test
  void close_connectedClient_isNotifiedBeforeTomcatStops() {
    Client client = new Client();
    http.newWebSocketBuilder()
        .buildAsync(
            URI.create(
                "ws://localhost:"
                    + port()
                    + "/ws/metrics?token="
                    + new JwtIssuer(SECRET, "HS256").issue("test", Duration.ofMinutes(1))),
            client)
        .join();
    assertThat(client.firstMessage.join()).contains("\"type\":\"welcome\"");
    application.close();
    assertThat(client.closeCode.orTimeout(60, TimeUnit.SECONDS).join()).isEqualTo(1001);
  }

  @Test
  void dashboard_printedAddress_isServed() throws Exception {
    HttpResponse<String> page =
        http.send(
            HttpRequest.newBuilder(
                    URI.create("http://localhost:" + port() + "/greenlang-metrics/index.html"))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.body()).contains("<html");
  }

  @Test
  void springDocSnippet_matchesExample() throws Exception {
    String page = Files.readString(Path.of("../../docs/how-to/spring-boot.md"));
    Matcher snippet = JAVA_BLOCK.matcher(page.substring(page.indexOf("## Spring Boot")));
    assertThat(snippet.find()).isTrue();
    String example =
        Files.readString(
            Path.of("src/main/java/io/greenlang/metrics/examples/EmbeddedSpringBoot.java"));
    assertThat(example.lines().map(String::strip).toList())
        .containsAll(snippet.group(1).lines().map(String::strip).toList());
  }

  private @Nullable String port() {
    return application.getEnvironment().getProperty("local.server.port");
  }

  /** Client that records the first message and the close code. */
  private static final class Client implements WebSocket.Listener {

    private final CompletableFuture<String> firstMessage = new CompletableFuture<>();
    private final CompletableFuture<Integer> closeCode = new CompletableFuture<>();

    @Override
    public @Nullable CompletionStage<?> onText(
        WebSocket socket, CharSequence message, boolean isLast) {
      firstMessage.complete(message.toString());
      socket.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      closeCode.complete(code);
      return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable failure) {
      closeCode.completeExceptionally(failure);
    }
  }
}
