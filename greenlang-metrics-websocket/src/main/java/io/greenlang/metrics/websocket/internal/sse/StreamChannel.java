package io.greenlang.metrics.websocket.internal.sse;

import java.nio.charset.StandardCharsets;

/** The state of one channel of a stream. Confined to the I/O thread. */
final class StreamChannel {

  private final String name;
  private final byte[] quotedName;
  private final String key;
  private final boolean countsMessages;
  private ChannelPosition position;

  /** The offset after which messages may be those that the client has. */
  private final long since;

  /** The number of messages at the resumed offset that are still to be skipped. */
  private int toSkip;

  /** The offset of the resumed position; all messages before it are skipped. */
  private final long resumedOffset;

  /**
   * Creates the state at the start of a stream.
   *
   * @param countsMessages whether a replay repeats messages in the order in which they were sent,
   *     so that the server can skip those that the client has. For windows it need not
   */
  StreamChannel(String name, ChannelPosition start, boolean countsMessages) {
    this.name = name;
    this.quotedName = ('"' + name + '"').getBytes(StandardCharsets.US_ASCII);
    this.key = PositionToken.key(name);
    this.countsMessages = countsMessages;
    this.position = start;
    this.since = start.since();
    this.toSkip = start.received();
    this.resumedOffset = start.offset();
  }

  String name() {
    return name;
  }

  /** Returns the name as JSON has it; a channel's name needs no escapes. */
  byte[] quotedName() {
    return quotedName;
  }

  /** Returns the name's key in positions. */
  String key() {
    return key;
  }

  ChannelPosition position() {
    return position;
  }

  /** Returns whether positions count the messages of an incomplete publication. */
  boolean countsMessages() {
    return countsMessages;
  }

  /** Returns whether no message is to be skipped. */
  boolean skipsNone() {
    return toSkip == 0;
  }

  /** Moves to another position, such as that after a gap; no message is skipped then. */
  void moveTo(ChannelPosition newPosition) {
    position = newPosition;
    toSkip = 0;
  }

  /**
   * Returns whether the client has a message already, and counts it.
   *
   * @param offset the offset of the message
   * @param lastOffset the offset of the last message of the write. Latest values do not move it
   */
  boolean skips(long offset, long lastOffset) {
    if (toSkip == 0 || lastOffset <= since) {
      return false;
    }
    if (offset < resumedOffset) {
      return true;
    }
    if (offset > resumedOffset) {
      toSkip = 0;
      return false;
    }
    toSkip--;
    return true;
  }

  /**
   * Records a message that the client receives.
   *
   * @param offset the offset of the message
   * @param lastOffset the offset of the last message of the write, which completes a publication
   * @param isLast whether this is that message
   * @return whether the position has changed
   */
  boolean advance(long offset, long lastOffset, boolean isLast) {
    if (lastOffset <= position.offset()) {
      return false; // latest values, which a resumed stream does not repeat by number
    }
    if (isLast) {
      position = new ChannelPosition(position.epoch(), offset);
      return true;
    }
    if (countsMessages) {
      position = position.next(offset);
      return true;
    }
    boolean advances = offset > position.offset();
    if (advances) {
      position = new ChannelPosition(position.epoch(), offset);
    }
    return advances;
  }
}
