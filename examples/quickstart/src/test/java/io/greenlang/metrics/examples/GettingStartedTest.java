package io.greenlang.metrics.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.testkit.DocPage;
import io.greenlang.metrics.testkit.RunningProgram;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Follows the tutorial: its programs run unchanged, and its subscription receives metrics. */
@Timeout(240)
class GettingStartedTest {

  private static final String PAGE = "docs/getting-started.md";
  private static final Pattern SUBSCRIPTION =
      Pattern.compile("^\\{\"type\":\"subscribe.*$", Pattern.MULTILINE);
  private static final Pattern DEPENDENCY =
      Pattern.compile("<artifactId>(greenlang-metrics-[a-z]+)</artifactId>");

  @TempDir Path folder;

  @Test
  void firstProgram_unchanged_servesTheDashboard() throws Exception {
    try (RunningProgram shop = run(completePrograms().get(0))) {
      assertThat(shop.get("/")).contains("<html");
    }
  }

  @Test
  void completeProgram_subscriptionOfThePage_receivesWindows() throws Exception {
    Matcher subscription = SUBSCRIPTION.matcher(Files.readString(Path.of("../..", PAGE)));
    assertThat(subscription.find()).isTrue();
    try (RunningProgram shop = run(completePrograms().get(1));
        Subscriber subscriber = new Subscriber(shop)) {
      subscriber.send(subscription.group());
      assertThat(subscriber.awaitMessage("\"type\":\"subscribed\"")).contains("shop.metrics");
      assertThat(subscriber.awaitMessage("\"name\":\"orders\"")).contains("\"rate\":");
    }
  }

  @Test
  void completeProgram_ownSource_isPublished() throws Exception {
    try (RunningProgram shop = run(completePrograms().get(1));
        Subscriber subscriber = new Subscriber(shop)) {
      subscriber.send(
          "{\"type\":\"subscribe\",\"data\":{\"channels\":[\"shop.metrics\",\"system.metrics\"]}}");
      for (String name : List.of("queue.depth", "checkout.ms", "cpu.percent")) {
        assertThat(subscriber.awaitMessage("\"name\":\"" + name + "\"")).contains("value");
      }
    }
  }

  @Test
  void pom_dependencies_areModulesOfThisBuild() throws IOException {
    Matcher dependency = DEPENDENCY.matcher(Files.readString(Path.of("../..", PAGE)));
    int count = 0;
    while (dependency.find()) {
      count++;
      assertThat(Path.of("../..", dependency.group(1), "pom.xml")).exists();
    }
    assertThat(count).isEqualTo(3);
  }

  private static List<String> completePrograms() throws IOException {
    List<String> programs =
        DocPage.snippets(PAGE).stream().filter(java -> java.contains("class Shop")).toList();
    assertThat(programs).hasSize(2);
    return programs;
  }

  private RunningProgram run(String source) throws IOException {
    return RunningProgram.ofPage(folder, source);
  }

  /** A WebSocket client that collects the messages of one connection. */
  private static final class Subscriber implements WebSocket.Listener, AutoCloseable {

    private final BlockingQueue<String> messages = new LinkedBlockingQueue<>();
    private final StringBuilder partial = new StringBuilder();
    private final WebSocket webSocket;

    Subscriber(RunningProgram program) {
      webSocket =
          HttpClient.newHttpClient()
              .newWebSocketBuilder()
              .buildAsync(program.webSocket(), this)
              .join();
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
      partial.append(data);
      if (last) {
        messages.add(partial.toString());
        partial.setLength(0);
      }
      socket.request(1);
      return null;
    }

    void send(String message) {
      webSocket.sendText(message, true).join();
    }

    /** Returns the first message that contains a text; fails if none arrives within 60 s. */
    String awaitMessage(String text) throws InterruptedException {
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
      String message;
      do {
        message = messages.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        assertThat(message).as("a message with %s", text).isNotNull();
      } while (!message.contains(text));
      return message;
    }

    @Override
    public void close() {
      webSocket.abort();
    }
  }
}
