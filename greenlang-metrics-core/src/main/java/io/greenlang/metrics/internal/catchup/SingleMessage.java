package io.greenlang.metrics.internal.catchup;

import io.greenlang.metrics.frame.FrameSink;
import io.greenlang.metrics.internal.frame.FrameBuffer;

/** A catch-up that consists of a single message. */
public final class SingleMessage implements CatchUp {

  private final FrameBuffer message;
  private boolean sent;

  /** Creates a catch-up from a complete frame, which must not change afterwards. */
  public SingleMessage(FrameBuffer message) {
    this.message = message;
  }

  @Override
  public boolean step(FrameSink sink, int maxFrames) {
    if (sent) {
      return false;
    }
    sent = true;
    sink.write(message.toSharedFrames(), 0, message.length(), 1);
    return true;
  }
}
