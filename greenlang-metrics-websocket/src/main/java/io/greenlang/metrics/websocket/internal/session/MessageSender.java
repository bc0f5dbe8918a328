package io.greenlang.metrics.websocket.internal.session;

import io.greenlang.metrics.frame.Encoding;
import io.greenlang.metrics.websocket.internal.delivery.MessageFrames;
import io.greenlang.metrics.websocket.internal.delivery.OutboundAction;
import io.greenlang.metrics.websocket.internal.delivery.OutboundQueue.SendResult;
import io.greenlang.metrics.websocket.internal.delivery.ServerCounters;
import io.greenlang.metrics.websocket.internal.delivery.SessionWriter;
import io.greenlang.metrics.websocket.internal.protocol.ServerMessage;

/**
 * The sender of a session's messages, as opposed to metrics. Answers have the encoding of their
 * command; notices have the encoding of the latest subscription. Thread-safe.
 */
final class MessageSender {

  private final SessionWriter writer;
  private final ServerCounters counters;
  private volatile Encoding noticeEncoding = Encoding.JSON;

  MessageSender(SessionWriter writer, ServerCounters counters) {
    this.writer = writer;
    this.counters = counters;
  }

  /** Sets the encoding of later notices. */
  void encodeNoticesAs(Encoding encoding) {
    noticeEncoding = encoding;
  }

  /** Sends the answer to a command. */
  SendResult send(ServerMessage message, Encoding encoding) {
    if (message instanceof ServerMessage.ErrorMessage
        || message instanceof ServerMessage.Refused
        || message instanceof ServerMessage.ChannelsHidden) {
      counters.countError();
    }
    boolean ordered = !passes(message);
    return writer.send(new OutboundAction.Message(MessageFrames.of(message, encoding), 1, ordered));
  }

  /** Sends a message that does not answer a command. */
  SendResult sendNotice(ServerMessage message) {
    return send(message, noticeEncoding);
  }

  /** Sends a heartbeat, which is a message and a protocol-level ping in one write. */
  SendResult sendHeartbeat(ServerMessage.Ping ping) {
    return writer.send(
        new OutboundAction.Message(MessageFrames.withPing(ping, noticeEncoding), 2, false));
  }

  /**
   * Returns whether a message may pass the end of a replaced subscription, because it says nothing
   * about the metrics before or after it.
   */
  private static boolean passes(ServerMessage message) {
    return message instanceof ServerMessage.ErrorMessage
        || message instanceof ServerMessage.Refused
        || message instanceof ServerMessage.History
        || message instanceof ServerMessage.Ping;
  }
}
