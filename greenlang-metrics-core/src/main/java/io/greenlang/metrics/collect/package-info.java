/** Where readings come from. */
@NullMarked
package io.greenlang.metrics.collect;

import org.jspecify.annotations.NullMarked;
