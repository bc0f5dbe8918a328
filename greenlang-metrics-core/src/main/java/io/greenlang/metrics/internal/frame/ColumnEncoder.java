package io.greenlang.metrics.internal.frame;

/**
 * An encoder of the publications of one view in columns. Each message builds on those before it,
 * back to the latest key message. A reader can therefore begin at a key message only. Used under
 * the channel lock.
 */
public interface ColumnEncoder {

  /** Makes the next message a key message, which is decoded without any other. */
  void requireKey();

  /**
   * Appends the message of the metrics at the given indexes, in their order.
   *
   * @return false if columns cannot carry one of the metrics, or there is no memory for its series;
   *     nothing is appended then, and readers do not notice
   */
  boolean write(MetricBatch batch, int[] indexes, int count, FrameBuffer out);

  /** Releases the memory. The encoder is not used afterwards. */
  void close();
}
