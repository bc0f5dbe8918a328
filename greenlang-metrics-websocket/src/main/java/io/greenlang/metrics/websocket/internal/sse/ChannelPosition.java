package io.greenlang.metrics.websocket.internal.sse;

/**
 * The position of a stream in one channel: an offset, and how many messages at this offset the
 * client has received.
 *
 * <p>The messages of a publication carry the offset before it, and only the last one its own. After
 * a message with the offset 6, the client may have received the whole publication 6, or a first
 * part of 7. Both are possible in the middle of a write. Then the replay begins one offset earlier,
 * and the server skips the messages that the client has: all before the offset, and then {@code
 * received} messages at it.
 *
 * @param epoch identifies the numbering
 * @param offset the offset of the latest message
 * @param received the number of messages at this offset that are not covered by it
 * @param ambiguous whether the first of them may be the last message of the offset's publication
 */
record ChannelPosition(String epoch, long offset, int received, boolean ambiguous) {

  /** Creates the position of a client that has received everything up to an offset. */
  ChannelPosition(String epoch, long offset) {
    this(epoch, offset, 0, false);
  }

  /** Returns the position after another message. */
  ChannelPosition next(long messageOffset) {
    return messageOffset > offset
        ? new ChannelPosition(epoch, messageOffset, 1, true)
        : new ChannelPosition(epoch, offset, received + 1, ambiguous);
  }

  /** Returns the offset from which a replay resumes. */
  long since() {
    return ambiguous ? offset - 1 : offset;
  }
}
