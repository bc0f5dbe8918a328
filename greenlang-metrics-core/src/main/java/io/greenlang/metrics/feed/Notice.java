package io.greenlang.metrics.feed;

/** A catch-up that consists of a single message. */
final class Notice implements Prelude {

  private final FrameBuffer message;
  private boolean sent;

  /** Creates a catch-up from a complete frame, which must not change afterwards. */
  Notice(FrameBuffer message) {
    this.message = message;
  }

  @Override
  public boolean step(FrameSink sink, int maxFrames) {
    if (sent) {
      return false;
    }
    sent = true;
    sink.write(Frames.of(message), 0, message.length(), 1);
    return true;
  }
}
