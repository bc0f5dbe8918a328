package io.greenlang.metrics.micrometer;

import io.greenlang.metrics.Distribution;
import org.jspecify.annotations.Nullable;

/** A meter whose observations are published as one distribution per collection. */
interface MergeableMeter {

  /**
   * Returns the observations since the previous call, or those of the running tasks; null if there
   * are none. One thread at a time.
   */
  @Nullable Distribution drain();
}
