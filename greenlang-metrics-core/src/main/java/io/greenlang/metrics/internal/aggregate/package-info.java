/** Built-in aggregators, the guards around an application's own, and the quantile sketch. */
@NullMarked
package io.greenlang.metrics.internal.aggregate;

import org.jspecify.annotations.NullMarked;
