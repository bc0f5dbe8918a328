package io.greenlang.metrics.feed;

/** A single message that a client must get before it reads on. */
final class Notice implements Prelude {

  private final FrameBuffer message;
  private boolean told;

  /** A whole frame, which is not changed any more. */
  Notice(FrameBuffer message) {
    this.message = message;
  }

  @Override
  public boolean step(FrameSink sink, int maxFrames) {
    if (told) {
      return false;
    }
    told = true;
    sink.write(Frames.of(message), 0, message.length(), 1);
    return true;
  }
}
