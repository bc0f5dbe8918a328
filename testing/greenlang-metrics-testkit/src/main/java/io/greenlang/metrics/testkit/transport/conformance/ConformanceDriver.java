package io.greenlang.metrics.testkit.transport.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.client.RawWebSocketFrame;
import io.greenlang.metrics.testkit.client.ReceivedMessage;
import io.greenlang.metrics.testkit.transport.fixture.ConnectionOutcome;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A driver that runs one case on a separate connection and records the frames of the server. It
 * never waits for time to pass: a connection that must stay open answers a last ping and a last
 * command, and all other connections end.
 */
final class ConformanceDriver {

  /** The commands of a witness that are answered before a case counts as unanswered. */
  private static final int WITNESS_COMMANDS = 20;

  private static final String MARKER_ID = "end of the case";
  private static final byte[] MARKER = MARKER_ID.getBytes(StandardCharsets.US_ASCII);

  private final ConformanceCase current;
  private final RawWebSocket client;
  private final Supplier<RawWebSocket> connectWitness;
  private final String expected;
  private final Deque<byte[]> unansweredPings;
  private final List<String> trace = new ArrayList<>();
  private boolean ended;

  /**
   * Creates the driver of a case.
   *
   * @param client a client that has received its welcome
   * @param connectWitness connects another client, which has received its welcome
   * @param expected the outcome that is expected of this server
   */
  ConformanceDriver(
      ConformanceCase current,
      RawWebSocket client,
      Supplier<RawWebSocket> connectWitness,
      String expected) {
    this.current = current;
    this.client = client;
    this.connectWitness = connectWitness;
    this.expected = expected;
    this.unansweredPings = new ArrayDeque<>(current.pings());
  }

  /** Runs the case and returns its outcome, in the notation of {@link ConformanceContract}. */
  String run() {
    awaitIdle();
    current.steps().forEach(this::perform);
    boolean late = expected.startsWith(ConformanceContract.LATE);
    if (late) {
      client.send(current.rest());
    }
    if (expected.endsWith(ConnectionOutcome.NO_RESPONSE)) {
      requireNoResponse();
    } else if (expected.matches(".*(close|" + ConnectionOutcome.ENDS + ").*")) {
      readToEnd();
    } else {
      readToMarkers();
    }
    return (late ? ConformanceContract.LATE : "") + summary();
  }

  /**
   * Waits until the server has finished sending the welcome: Tomcat cannot send a close frame while
   * a send is in progress.
   */
  private void awaitIdle() {
    client.send(RawWebSocketFrame.of(RawWebSocketFrame.PING, MARKER));
    RawWebSocketFrame pong = client.nextFrame();
    assertThat(isMarker(pong)).as("a pong before the case").isTrue();
  }

  private void perform(ConformanceCase.Step step) {
    client.send(step.bytes());
    for (int i = 0; i < step.awaitedFrames() && !ended; i++) {
      record(client.nextFrame());
    }
  }

  /**
   * Requires that the server waits for the rest of a frame. The witness is accepted and answered
   * after the input was sent, so the server had the time to respond to it.
   */
  private void requireNoResponse() {
    try (RawWebSocket witness = connectWitness.get()) {
      for (int i = 0; i < WITNESS_COMMANDS; i++) {
        witness.send(RawWebSocketFrame.of(RawWebSocketFrame.TEXT, EchoCommand.json(MARKER_ID)));
        witness.nextMessage("error");
      }
    }
    assertThat(client.hasInput()).as("the server responded").isFalse();
    trace.add(ConnectionOutcome.NO_RESPONSE);
    client.reset();
  }

  private void readToEnd() {
    try {
      while (!ended) {
        record(client.nextFrame());
      }
      client.send(RawWebSocketFrame.close(1000));
      assertThat(client.nextFrame()).as("nothing after the close frame").isNull();
    } catch (RawWebSocket.MaskedFrameError e) {
      trace.add(ConformanceContract.NO_FRAME);
      client.reset();
    }
  }

  /**
   * Reads up to the answers of a last ping and a last and performs the closing handshake. The
   * server answers pings in order and commands in order, but a pong may overtake an answer.
   */
  private void readToMarkers() {
    client.send(RawWebSocketFrame.of(RawWebSocketFrame.PING, MARKER));
    client.send(RawWebSocketFrame.of(RawWebSocketFrame.TEXT, EchoCommand.json(MARKER_ID)));
    int missing = 2;
    while (missing > 0 && !ended) {
      RawWebSocketFrame frame = client.nextFrame();
      if (isMarker(frame)) {
        missing--;
      } else {
        record(frame);
      }
    }
    if (!ended) {
      client.send(RawWebSocketFrame.close(1000));
      assertThat(client.awaitCloseCode()).as("the code of the closing handshake").isEqualTo(1000);
      assertThat(client.nextFrame()).as("nothing after the close frame").isNull();
    }
  }

  private static boolean isMarker(@Nullable RawWebSocketFrame frame) {
    if (frame == null) {
      return false;
    }
    return switch (frame.opcode()) {
      case RawWebSocketFrame.PONG -> Arrays.equals(frame.payload(), MARKER);
      case RawWebSocketFrame.TEXT -> frame.message().text("id").equals(MARKER_ID);
      default -> false;
    };
  }

  private void record(@Nullable RawWebSocketFrame frame) {
    if (frame == null) {
      trace.add(ConnectionOutcome.ENDS);
      ended = true;
      return;
    }
    switch (frame.opcode()) {
      case RawWebSocketFrame.CLOSE -> {
        trace.add("close " + frame.closeCode());
        ended = true;
      }
      case RawWebSocketFrame.PONG -> trace.add(ofPong(frame));
      default -> trace.add(ofMessage(frame.message()));
    }
  }

  private String ofPong(RawWebSocketFrame pong) {
    boolean matches = Arrays.equals(unansweredPings.poll(), pong.payload());
    return matches ? "pong" : "a pong with another payload";
  }

  private String ofMessage(ReceivedMessage message) {
    String outcome = ConnectionOutcome.messageOutcome(message);
    if (!outcome.equals("UNKNOWN_TYPE") || !message.body().has("id")) {
      return outcome;
    }
    String id = message.text("id");
    return id.equals(current.echo()) ? "echo" : "an echo of " + id;
  }

  /** Returns the trace; a run of equal entries becomes one, such as {@code 10 x pong}. */
  private String summary() {
    List<String> runs = new ArrayList<>();
    int start = 0;
    for (int i = 1; i <= trace.size(); i++) {
      if (i == trace.size() || !trace.get(i).equals(trace.get(start))) {
        runs.add((i - start == 1 ? "" : (i - start) + " x ") + trace.get(start));
        start = i;
      }
    }
    return runs.isEmpty() ? ConformanceContract.QUIET : String.join(", ", runs);
  }
}
