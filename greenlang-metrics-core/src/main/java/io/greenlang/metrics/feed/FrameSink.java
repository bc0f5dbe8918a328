package io.greenlang.metrics.feed;

/** Takes frames towards a socket. */
@FunctionalInterface
public interface FrameSink {

  /**
   * Takes {@code count} whole frames: the bytes from {@code from} up to {@code to}. Takes over one
   * reference, whatever happens.
   */
  void write(Frames frames, int from, int to, int count);
}
