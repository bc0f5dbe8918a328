package io.greenlang.metrics.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.client.fixture.ClientFixture;
import io.greenlang.metrics.client.fixture.Recorder;
import io.greenlang.metrics.client.fixture.ScriptedServer;
import io.greenlang.metrics.testkit.client.RawWebSocketFrame;
import io.greenlang.metrics.testkit.client.ReceivedMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The messages of docs/reference/protocol.md: the client reads each of them in both encodings. */
@Timeout(120)
class ProtocolDocTest {

  private static final String PAGE = "docs/reference/protocol.md";
  private static final Pattern EXAMPLE =
      Pattern.compile("```json (\\S+)\n(.*?)```", Pattern.DOTALL);

  private final ClientFixture fixture = new ClientFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void messages_ofThePage_areReadWithoutError(boolean messagePack) throws IOException {
    List<RawWebSocketFrame> frames = new ArrayList<>();
    List<String> examples = serverMessages();
    for (String json : examples) {
      frames.add(
          messagePack
              ? RawWebSocketFrame.binary(ReceivedMessage.pack(json))
              : RawWebSocketFrame.text(json));
    }
    frames.add(RawWebSocketFrame.close(1001));
    ScriptedServer server =
        fixture.closeAfterTest(ScriptedServer.sending(frames.toArray(RawWebSocketFrame[]::new)));
    Recorder client = fixture.record(fixture.client(server.url()).maxAttempts(0));
    client.client().connect();
    client.awaitEnd();
    assertThat(client.client().stats().frames()).isEqualTo(examples.size());
    assertThat(client.client().stats().malformed()).isZero();
    assertThat(client.metrics()).hasSizeGreaterThan(20);
    assertThat(client.metadata()).hasSize(4);
    assertThat(client.gaps()).hasSize(3);
    assertThat(client.client().stats().overSeriesLimit()).isEqualTo(300);
  }

  /** Returns the examples of messages from the server, of which the first is the welcome. */
  private static List<String> serverMessages() throws IOException {
    Matcher matcher = EXAMPLE.matcher(Files.readString(page()));
    List<String> messages = new ArrayList<>();
    while (matcher.find()) {
      // The client would answer a ping, which ends the script.
      if (!matcher.group(1).matches("command-.*|ping")) {
        messages.add(matcher.group(2));
      }
    }
    return messages;
  }

  private static Path page() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve(PAGE))) {
      folder = Objects.requireNonNull(folder.getParent(), PAGE + " is in no folder above");
    }
    return folder.resolve(PAGE);
  }
}
