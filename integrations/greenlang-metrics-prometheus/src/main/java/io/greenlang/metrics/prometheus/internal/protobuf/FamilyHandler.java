package io.greenlang.metrics.prometheus.internal.protobuf;

import io.greenlang.metrics.prometheus.internal.text.BadLineException;
import io.greenlang.metrics.prometheus.internal.text.ExpositionHandler;

/**
 * A receiver of the families of a body in their order, as if each sample were a line in
 * OpenMetrics. The number that {@link #badLine} receives is that of the family, from 1.
 */
public interface FamilyHandler extends ExpositionHandler {

  /**
   * Called for a native histogram.
   *
   * @param series the name of its family and its labels, in the form of a line
   * @param histogram the counts; the classic buckets that a target may send beside them are skipped
   */
  void histogram(String series, NativeHistogram histogram) throws BadLineException;
}
