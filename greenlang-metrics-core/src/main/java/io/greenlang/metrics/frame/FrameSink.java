package io.greenlang.metrics.frame;

/** A consumer of frames, on their way to a socket. */
@FunctionalInterface
public interface FrameSink {

  /**
   * Writes {@code count} complete frames: the bytes from {@code from} to {@code to}, exclusive.
   * Takes ownership of one reference to {@code frames}, even if it throws.
   */
  void write(SharedFrames frames, int from, int to, int count);
}
