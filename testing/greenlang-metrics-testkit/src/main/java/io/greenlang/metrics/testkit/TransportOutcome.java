package io.greenlang.metrics.testkit;

import java.util.regex.Pattern;

/**
 * The words in which a test says what came of something, so that a container can have an answer of
 * its own: see {@link TransportContract#ownAnswers}.
 *
 * <ul>
 *   <li>{@code 404}: an answer with that status instead of an upgrade; {@code 4xx}: with one of 400
 *       to 499, where it does not matter which.
 *   <li>{@code close 1002}: a close frame with that code, and nothing behind it.
 *   <li>{@code ends}: the connection ends without a close frame.
 *   <li>{@code waits}: nothing, for as long as others are served and the test has patience.
 *   <li>{@code pong}: that frame.
 *   <li>{@code UNKNOWN_TYPE}: an error with that code; then other commands are still answered.
 *   <li>{@code subscribed}: a message of that type, with the same proof.
 *   <li>{@code UNAUTHORIZED, close 4401}: both, and nothing else.
 *   <li>{@code close 1002|ends}: either.
 * </ul>
 */
final class TransportOutcome {

  static final String ENDS = "ends";
  static final String WAITS = "waits";
  static final String TOLD_UNAUTHORIZED = "UNAUTHORIZED, close 4401";
  static final String CLIENT_ERROR = "4xx";

  /** Nobody else noticed anything; what came back does not matter. */
  static final String SERVED = "others are served";

  private TransportOutcome() {}

  /** What an outcome must match that is expected to be this. */
  static Pattern pattern(String expected) {
    String any = expected.replace(CLIENT_ERROR, "4\\d\\d");
    return Pattern.compile(any);
  }

  /** What a handshake came to, whether it was refused with a status, or in frames. */
  static String ofHandshake(RawWebSocket client, RawWebSocket.Response response) {
    if (response.status() == 0) {
      return ENDS;
    }
    return response.status() == 101 ? ofFrames(client) : Integer.toString(response.status());
  }

  /** What the next frames say, up to the first that is not an error before a close frame. */
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

  /** A refusal is the only error that a close frame must follow. */
  private static String ofMessage(TransportMessage message, RawWebSocket client) {
    String said = of(message);
    return said.equals("UNAUTHORIZED") ? said + ", " + ofFrames(client) : said;
  }

  /** The code of an error, else the type. */
  static String of(TransportMessage message) {
    return message.type().equals("error") ? message.text("code") : message.type();
  }
}
