/** Storage of history in memory: compressed chunks by series, in tiers. */
@NullMarked
package io.greenlang.metrics.internal.history;

import org.jspecify.annotations.NullMarked;
