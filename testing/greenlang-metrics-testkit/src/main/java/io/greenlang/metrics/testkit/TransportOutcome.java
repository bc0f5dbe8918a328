package io.greenlang.metrics.testkit;

import java.util.regex.Pattern;

/**
 * The notation for outcomes of a test, which lets a container declare a different one: see {@link
 * TransportContract#ownAnswers}.
 *
 * <ul>
 *   <li>{@code 404}: a response with that status instead of an upgrade; {@code 4xx}: a response
 *       with any status from 400 to 499.
 *   <li>{@code close 1002}: a close frame with that code, and nothing after it.
 *   <li>{@code ends}: the connection ends without a close frame.
 *   <li>{@code waits}: no response within the time that the test waits, while others are served.
 *   <li>{@code pong}: a pong frame.
 *   <li>{@code UNKNOWN_TYPE}: an error with that code, after which other commands are still
 *       answered.
 *   <li>{@code subscribed}: a message of that type, after which other commands are still answered.
 *   <li>{@code UNAUTHORIZED, close 4401}: that error and that close frame, and nothing else.
 *   <li>{@code close 1002|ends}: either of the two.
 * </ul>
 */
final class TransportOutcome {

  static final String ENDS = "ends";
  static final String WAITS = "waits";
  static final String TOLD_UNAUTHORIZED = "UNAUTHORIZED, close 4401";
  static final String CLIENT_ERROR = "4xx";

  /** Other clients were not affected; the response to the input does not matter. */
  static final String SERVED = "others are served";

  private TransportOutcome() {}

  /** Returns the pattern that an outcome must match if this one is expected. */
  static Pattern pattern(String expected) {
    String regex = expected.replace(CLIENT_ERROR, "4\\d\\d");
    return Pattern.compile(regex);
  }

  /** Returns the outcome of a handshake, whether it was rejected by a status or by frames. */
  static String ofHandshake(RawWebSocket client, RawWebSocket.Response response) {
    if (response.status() == 0) {
      return ENDS;
    }
    return response.status() == 101 ? ofFrames(client) : Integer.toString(response.status());
  }

  /** Returns the outcome that the next frame indicates; reads on only after a rejection. */
  static String ofFrames(RawWebSocket client) {
    RawWebSocketFrame frame = client.frame();
    if (frame == null) {
      return ENDS;
    }
    return switch (frame.opcode()) {
      case RawWebSocketFrame.CLOSE -> "close " + frame.closeCode();
      case RawWebSocketFrame.PONG -> "pong";
      default -> ofMessage(frame.message(), client);
    };
  }

  /** Returns the outcome of a message; a rejection must be followed by a close frame. */
  private static String ofMessage(TransportMessage message, RawWebSocket client) {
    String outcome = of(message);
    return outcome.equals("UNAUTHORIZED") ? outcome + ", " + ofFrames(client) : outcome;
  }

  /** Returns the code of an error, or the type of any other message. */
  static String of(TransportMessage message) {
    return message.type().equals("error") ? message.text("code") : message.type();
  }
}
